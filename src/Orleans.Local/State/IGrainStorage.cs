using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>
/// Where state is kept. A provider sets ETag and RecordExists, and refuses with <see cref="InconsistentStateException"/> to write over an
/// ETag that is not the stored one. Registered as a keyed service by its name.
/// </summary>
public interface IGrainStorage
{
    Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

    Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
}
