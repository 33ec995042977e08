using Microsoft.Extensions.Logging;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Maintenance;
using Millwright.Plant;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Grains.Alerts;

/// <summary>Folds the alerts of one cause into one incident, and asks maintenance for its one work order.</summary>
public sealed class IncidentGrain(
    [PersistentState(IncidentEntity.StateName, GrainStores.Default)] IPersistentState<IncidentEntity> stored,
    IAlertStore alerts,
    TimeProvider time,
    ILogger<IncidentGrain> logger) : RecordingGrain<IncidentEntity>(stored, logger), IIncidentGrain
{
    public async ValueTask ReportAsync(AlertEvent alert)
    {
        // The alert first: its id is what everyone else deduplicates by, and writing it twice is refused by the store.
        bool isNew = await alerts.AppendAsync(alert, CancellationToken.None);

        // The sequence tells a repetition, except of a twin that fell back to its checkpoint before the last and counts from there again:
        // what it says then for the first time has an id that nobody knows.
        if (isNew || alert.Sequence > Entity.LastSequence)
        {
            await RecordAsync(IncidentFold.Apply(Entity.State, alert), Math.Max(alert.Sequence, Entity.LastSequence));
            await this.PublishAsync(TwinStreams.Alerts, alert);
        }

        // Also on a repetition: the first try may have failed between the record and the work order.
        await OpenWorkOrderAsync();
    }

    public ValueTask<IncidentResult> AcknowledgeAsync(IncidentCommand command) =>
        ApplyAsync(IncidentFold.Acknowledge(Entity.State, command, time.GetUtcNow()));

    public ValueTask<IncidentResult> ShelveAsync(IncidentCommand command) =>
        ApplyAsync(IncidentFold.Shelve(Entity.State, command, time.GetUtcNow()));

    public ValueTask<IncidentResult> JudgeAsync(IncidentCommand command) => ApplyAsync(IncidentFold.Judge(Entity.State, command));

    public ValueTask<IncidentState?> GetAsync() =>
        ValueTask.FromResult(Entity.State is { } state ? IncidentFold.At(state, time.GetUtcNow()) : null);

    private async ValueTask<IncidentResult> ApplyAsync(IncidentResult result)
    {
        if (result.State is { } next)
        {
            await RecordAsync(next, Entity.LastSequence);
        }

        return result;
    }

    private async ValueTask OpenWorkOrderAsync()
    {
        if (Entity.State is not { WorkOrderId: null } incident || !incident.Audiences.HasFlag(Audiences.Maintenance))
        {
            return;
        }

        string site = AssetId.TryParse(incident.AssetId, out AssetId id) ? id.Namespace : incident.AssetId;
        WorkOrder order = await GrainFactory.GetGrain<IMaintenanceGrain>(site).OpenWorkOrderAsync(incident);
        await RecordAsync(incident with { WorkOrderId = order.Id, Revision = incident.Revision + 1 }, Entity.LastSequence);
    }

    private async ValueTask RecordAsync(IncidentState next, long sequence)
    {
        (Entity.State, Entity.LastSequence) = (next, sequence);
        await RecordAsync();
        await this.PublishAsync(TwinStreams.Incidents, next);
    }
}
