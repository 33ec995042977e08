using Microsoft.Extensions.Logging;
using Millwright.Core.Quality;
using Millwright.Quality;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Grains.Quality;

/// <summary>The history of one produced unit.</summary>
public sealed class UnitGrain(
    [PersistentState(UnitEntity.StateName, GrainStores.Default)] IPersistentState<UnitEntity> stored,
    ILogger<UnitGrain> logger) : RecordingGrain<UnitEntity>(stored, logger), IUnitGrain
{
    public async ValueTask RecordAsync(StepResult step)
    {
        if (UnitFold.Add(Entity.State, step) is { } next)
        {
            Entity.State = next;
            await RecordAsync();
        }
    }

    public ValueTask<UnitState?> GetAsync() => ValueTask.FromResult(Entity.State);
}
