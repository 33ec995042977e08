using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Millwright.Orleans.Conformance;

/// <summary>A storage that fails when told to, and otherwise keeps nothing.</summary>
public sealed class FaultyStorage : IGrainStorage
{
    public Exception? OnRead { get; set; }

    public Exception? OnWrite { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Answer(OnRead);

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Answer(OnWrite);

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Answer(OnWrite);

    private static Task Answer(Exception? failure) => failure is null ? Task.CompletedTask : Task.FromException(failure);
}
