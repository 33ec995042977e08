using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Energy;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Quarantine;
using Millwright.Maintenance;
using Millwright.Silo.Api;
using Millwright.Simulation.Tests.Network;
using Millwright.Simulation.Tests.World;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Simulation.Tests.Checks;

/// <summary>
/// The judge. It reads what devices know (what they sent, what was acknowledged) and what a user can see afterwards: history, windows,
/// twins, alerts, incidents, work orders. The log is read along only to know in which order it took the samples.
/// </summary>
internal sealed class RunChecks
{
    private readonly SimulatedWorld world;
    private readonly List<string> failures = [];
    private readonly ImmutableArray<AlertEvent> alerts;

    private RunChecks(SimulatedWorld world)
    {
        this.world = world;
        var query = new AlertQuery { After = 0, Limit = int.MaxValue };
        alerts = [.. world.Ask(s => s.Stores.QueryAsync(query, default)).Select(a => a.Alert)];
    }

    public static IReadOnlyList<string> Of(SimulatedWorld world)
    {
        var checks = new RunChecks(world);
        foreach (Device device in world.Devices)
        {
            checks.Asset(device);
        }

        checks.Stream();
        checks.Incidents();
        foreach (QuarantinedMessage message in world.Silo.Store.Now.Quarantine.Values)
        {
            checks.Fail($"{message.Position} is in quarantine: {message.Reason} {message.Detail}");
        }

        return checks.failures;
    }

    private void Fail(string failure) => failures.Add(failure);

    private void Asset(Device device)
    {
        string asset = device.AssetId;
        List<TelemetrySample> samples = world.Tap.Samples.GetValueOrDefault(asset, []);
        TwinState twin = world.Ask(s => s.Grains.GetGrain<IAssetTwinGrain>(asset).GetAsync());
        int distinct = device.Messages.Count * SimulatedPlant.Metrics.Length;
        world.Coverage.Samples += samples.Count;
        world.Coverage.Redelivered += samples.Count - distinct;
        History(device);
        Fates(twin, samples, distinct);

        IReadOnlyList<DetectorChange> changes = Changes(asset);
        world.Coverage.Changes += changes.Count;
        Reference reference = Reference.Of(asset, samples, world.Tap.Sources, changes, isDistinct: true);
        IEnumerable<AlertEvent> own = Own(asset).Where(a => !IsOfSilence(a));
        Same($"alerts of {asset}", Canon.Lines(reference.Alerts.Where(a => !IsOfSilence(a))), Canon.Lines(own));
        ImmutableArray<WindowResult> stored = world.Ask(s => s.Stores.GetWindowsAsync(new WindowQuery { AssetId = asset }, default));
        ImmutableArray<WindowResult> recent = world.Ask(s => s.Grains.GetGrain<IAssetTwinGrain>(asset).GetRecentWindowsAsync());
        List<string> windows = Canon.Lines(reference.Windows);
        Same($"windows of {asset}", windows, Canon.Lines([.. stored, .. recent]));
        world.Coverage.Windows += windows.Count;
        if (twin.RunningTime != reference.Engine.RunningTime || twin.Starts != reference.Engine.Starts)
        {
            Fail($"{asset} ran {twin.RunningTime} with {twin.Starts} starts, " +
                $"not {reference.Engine.RunningTime} with {reference.Engine.Starts}");
        }

        Energy(asset, reference);
        Alerts(asset, twin);
    }

    /// <summary>What the line's energy book has come to by all that it was told is what a run without faults counts.</summary>
    private void Energy(string asset, Reference reference)
    {
        EnergyState line = world.Ask(s => s.Grains.GetGrain<IEnergyGrain>(SimulatedPlant.LineKey).GetAsync());
        var actual = line.Assets.Where(a => a.AssetId == asset).SelectMany(a => a.States.Select(s => (a.Meter, Part: s)))
            .Where(s => s.Part.Duration > TimeSpan.Zero || Math.Abs(s.Part.Quantity) > 1e-9);
        world.Coverage.Consumed += reference.Consumption.Count;
        Same($"consumption of {asset}",
            reference.Consumption.Select(c => Line(SimulatedPlant.Meters[c.Key.Meter], c.Key.State, c.Value.Quantity, c.Value.Time)).Order(),
            actual.Select(a => Line(a.Meter, a.Part.OperatingState, a.Part.Quantity, a.Part.Duration)).Order());

        // Sums of the same parts in another order differ in their last bits.
        static string Line(string meter, string state, double quantity, TimeSpan time) =>
            FormattableString.Invariant($"{meter} {state} {quantity:F9} {time.Ticks}");
    }

    /// <summary>What an operator's changes have come to: those that its checkpoint has, and no others.</summary>
    private IReadOnlyList<DetectorChange> Changes(string asset)
    {
        StoredCheckpoint? checkpoint = world.Ask(s => s.Stores.LoadAsync(asset, default));
        return checkpoint is null ? [] : TwinEnvelope.FromBytes(checkpoint.Snapshot).Changes;
    }

    private void History(Device device)
    {
        for (int i = 0; i < SimulatedPlant.Metrics.Length; i++)
        {
            string metric = SimulatedPlant.Metrics[i];
            ImmutableArray<HistoryPoint> tail = world.Ask(s =>
                s.Grains.GetGrain<IAssetTwinGrain>(device.AssetId).GetRecentHistoryAsync(metric));
            ImmutableArray<HistoryPoint> stored = world.Ask(s => s.Stores.GetHistoryAsync(
                device.AssetId, metric, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 100_000, default));
            List<HistoryPoint> history = HistoryApi.Merge(stored, tail, 100_000);
            var expected = device.Messages.OrderBy(m => m.EventTime).Select(m => $"{m.EventTime:O} {m.Values[i]:R}");
            Same($"history of {device.AssetId} {metric}", expected, history.Select(p => $"{p.EventTime:O} {p.Value:R}"));
        }
    }

    private void Fates(TwinState twin, List<TelemetrySample> samples, int distinct)
    {
        // Whose detectors they were makes no difference to what becomes of samples.
        Reference reference = Reference.Of(twin.AssetId, samples, world.Tap.Sources, [], isDistinct: false);
        SampleFates expected = TwinView.Fates(reference.Engine);
        if (twin.Fates != expected)
        {
            Fail($"fates of {twin.AssetId}: {twin.Fates}, not {expected}");
        }

        bool addUp = twin.Fates.Total == samples.Count && twin.Fates.Accepted + twin.Fates.Amended == distinct
            && twin.Fates.Duplicate == samples.Count - distinct;
        if (!addUp)
        {
            Fail($"fates of {twin.AssetId}: {twin.Fates} of {samples.Count} samples, {distinct} of them distinct");
        }
    }

    private void Alerts(string asset, TwinState twin)
    {
        AlertEvent[] own = [.. Own(asset)];
        world.Coverage.Alerts += own.Length;
        if (!own.Select(a => a.Sequence).SequenceEqual(own.Select(a => a.Sequence).Distinct().Order()))
        {
            Fail($"alerts of {asset} are out of order: {string.Join(' ', own.Select(a => a.Sequence))}");
        }

        foreach (var cause in own.Where(a => a.Kind == AlertKind.Raised)
                     .GroupBy(a => (a.Explanation.DetectorId, a.Subject, a.EventTime)).Where(g => g.Count() > 1))
        {
            Fail($"{cause.Count()} alerts of {asset} for one cause: {cause.Key}");
        }

        Same($"active alerts of {asset}", twin.ActiveAlerts.Select(a => a.AlertId).Order(), Open(own).Order());
    }

    private void Stream()
    {
        HashSet<string> known = [.. alerts.Select(a => a.Id)];
        foreach (var copies in world.Streamed.GroupBy(s => s.Alert.Id))
        {
            if (!known.Contains(copies.Key))
            {
                Fail($"alert {copies.Key} came out and is not in the list: {copies.First().Alert.Summary}");
            }

            // After a power cut has taken the store's last commits, the same alert may come again, under the same id.
            foreach (var life in copies.GroupBy(s => s.Lost).Where(g => g.Count() > 1))
            {
                Fail($"alert {copies.Key} came out {life.Count()} times: {life.First().Alert.Summary}");
            }
        }
    }

    private void Incidents()
    {
        ImmutableArray<WorkOrder> orders = world.Ask(s => s.Grains.GetGrain<IMaintenanceGrain>(SimulatedPlant.Namespace).GetAsync());
        foreach (IGrouping<string, AlertEvent> incident in alerts.GroupBy(a => a.IncidentId))
        {
            IncidentState? state = world.Ask(s => s.Grains.GetGrain<IIncidentGrain>(incident.Key).GetAsync());
            string[] active = [.. Open(incident).Order()];
            if (state is null || state.AlertCount != incident.Count() || !state.ActiveAlertIds.Order().SequenceEqual(active))
            {
                Fail($"incident {incident.Key} has {state?.AlertCount} alerts, {state?.ActiveAlertIds.Length} active; " +
                    $"{incident.Count()} were reported, {active.Length} active");
            }

            if (orders.Count(o => o.ExternalRef == incident.Key) is not 1 and int count)
            {
                Fail($"incident {incident.Key} has {count} work orders");
            }
        }
    }

    /// <summary>Raised, and not ended since.</summary>
    private static IEnumerable<string> Open(IEnumerable<AlertEvent> events) =>
        events.GroupBy(a => a.AlertId).Where(g => g.Last().Kind is AlertKind.Raised or AlertKind.Amended).Select(g => g.Key);

    private IEnumerable<AlertEvent> Own(string asset) => alerts.Where(a => a.AssetId == asset);

    private static bool IsOfSilence(AlertEvent alert) => alert.Explanation.DetectorId == SimulatedPlant.SilenceDetector;

    private void Same(string what, IEnumerable<string> expected, IEnumerable<string> actual)
    {
        string[] wanted = [.. expected];
        string[] found = [.. actual];
        if (Canon.Digest(wanted) != Canon.Digest(found))
        {
            string? missing = wanted.Except(found).FirstOrDefault();
            string? extra = found.Except(wanted).FirstOrDefault();
            Fail($"{what}: {found.Length}, not {wanted.Length}; missing: {missing ?? "-"}; extra: {extra ?? "-"}");
        }
    }
}
