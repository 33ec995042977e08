using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millwright.Alerts;
using Millwright.Core.Energy;
using Millwright.Energy;
using Millwright.Plant;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Grains.Energy;

/// <summary>The energy book of a line: consumption by operating state, and what idling costs.</summary>
public sealed class EnergyGrain(
    [PersistentState(EnergyEntity.StateName, GrainStores.Default)] IPersistentState<EnergyEntity> stored,
    PlantModel plant,
    TimeProvider time,
    ILogger<EnergyGrain> logger) : RecordingGrain<EnergyEntity>(stored, logger), IEnergyGrain
{
    public async ValueTask ReportAsync(ConsumptionInterval interval)
    {
        EnergyStep? step = EnergyFold.Observe(
            new EnergyBook(Entity.State ?? Empty(), Entity.Open, Entity.Held), interval, Judgement(interval), time.GetUtcNow());
        if (step is not null)
        {
            (Entity.State, Entity.Open, Entity.Held) = (step.Book.State, step.Book.Open, step.Book.Held);
            Entity.Outbox = Entity.Outbox.AddRange(step.Alerts);
            await RecordAsync();
        }

        await DeliverAsync();
    }

    public ValueTask<EnergyState> GetAsync() => ValueTask.FromResult(Entity.State ?? Empty());

    private EnergyState Empty() => new() { Key = Key, Assets = [], IdleWaste = [] };

    private (IdleBenchmark Benchmark, string Metric, IReadOnlySet<string> IdleStates)? Judgement(ConsumptionInterval interval)
    {
        if (!plant.Assets.TryGetValue(interval.AssetId, out AssetDefinition? asset)
            || asset.Meters.FirstOrDefault(m => m.Id == interval.Meter) is not { IdleBenchmark: { } perHour } meter)
        {
            return null;
        }

        var benchmark = new IdleBenchmark(perHour, meter.IdleAfter, meter.BenchmarkOrigin, meter.Price, meter.Currency, meter.Co2);
        return (benchmark, meter.Metric, asset.States.Where(s => s.IsIdle).Select(s => s.Name).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>What is left over after a crash is taken again: incidents drop the ids they have.</summary>
    private async ValueTask DeliverAsync()
    {
        foreach (AlertEvent alert in Entity.Outbox)
        {
            await GrainFactory.GetGrain<IIncidentGrain>(alert.IncidentId).ReportAsync(alert);
        }

        // Emptied in memory; the next record makes it durable. Until then a restart delivers again, which changes nothing.
        Entity.Outbox = [];
    }
}
