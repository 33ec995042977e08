using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Api;
using Millwright.Silo.Storage;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Api.Stage;

/// <summary>The stores behind the API, in memory and with the contracts' own order and bounds.</summary>
internal sealed class FakeStores : ITwinStore, IAlertStore, IVerdictStore, IQuarantineStore, IGrainStateQuery, ISystemProbe, ITelemetryInlet
{
    private readonly Lock gate = new();
    private readonly List<StoredAlert> alerts = [];
    private readonly List<(string Name, GrainStateEntry<object> State)> states = [];
    private long ordinal;

    public Dictionary<string, List<HistoryPoint>> History { get; } = [];

    public List<WindowResult> Windows { get; } = [];

    public List<QuarantinedMessage> Quarantine { get; } = [];

    public List<string> AssetIds { get; } = [];

    public List<(string Topic, byte[] Payload)> Published { get; } = [];

    public InletReceipt Receipt { get; set; } = new() { Outcome = InletOutcome.Accepted, Position = 17, Samples = 2 };

    /// <summary>Makes every read fail as a store does that is away.</summary>
    public bool IsAway { get; set; }

    public void Put<T>(string name, string key, T state)
        where T : class
    {
        lock (gate)
        {
            states.RemoveAll(s => s.Name == name && s.State.Key == key);
            states.Add((name, new GrainStateEntry<object>(++ordinal, key, state)));
        }
    }

    public ValueTask<StoredCheckpoint?> LoadAsync(string assetId, CancellationToken cancellationToken) => new((StoredCheckpoint?)null);

    public ValueTask SaveAsync(TwinCheckpoint checkpoint, CancellationToken cancellationToken) => default;

    public ValueTask<ImmutableArray<HistoryPoint>> GetHistoryAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        return new([.. History.GetValueOrDefault(assetId + "/" + metric, []).Where(p => p.EventTime >= from && p.EventTime < to)
            .Take(limit)]);
    }

    public ValueTask<StoredTail> GetHistoryTailAsync(
        string assetId, string metric, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        Assert.InRange(limit, 1, 10_000);
        List<HistoryPoint> all =
            [.. History.GetValueOrDefault(assetId + "/" + metric, []).Where(p => p.EventTime >= from && p.EventTime < to)];
        return new(new StoredTail(all.Count, [.. all.TakeLast(limit)]));
    }

    public ValueTask<ImmutableArray<WindowResult>> GetWindowsAsync(WindowQuery query, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        Assert.InRange(query.Limit, 1, 1000);
        return new([.. Windows
            .Where(w => w.AssetId == query.AssetId && (query.Metric ?? w.Metric) == w.Metric && (query.Kind ?? w.Kind) == w.Kind
                && (query.Size ?? w.Size) == w.Size)
            .Where(w => w.Start >= query.From && w.Start < query.To)
            .OrderByDescending(w => w.Start)
            .Take(query.Limit)]);
    }

    public ValueTask<ImmutableArray<string>> GetAssetIdsAsync(string? after, int limit, CancellationToken cancellationToken) =>
        new([.. AssetIds.Order(StringComparer.Ordinal).Where(i => after is null || string.CompareOrdinal(i, after) > 0).Take(limit)]);

    public ValueTask<bool> AppendAsync(AlertEvent alert, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            alerts.Add(new StoredAlert(++ordinal, alert));
        }

        return new(true);
    }

    public ValueTask<ImmutableArray<StoredAlert>> QueryAsync(AlertQuery query, CancellationToken cancellationToken)
    {
        ThrowIfAway();
        Assert.InRange(query.Limit, 1, 1000);
        Assert.False(query is { Before: not null, After: not null });
        lock (gate)
        {
            IEnumerable<StoredAlert> found = alerts.Where(a =>
                (query.AssetId ?? a.Alert.AssetId) == a.Alert.AssetId
                && (query.IncidentId ?? a.Alert.IncidentId) == a.Alert.IncidentId
                && (query.AlertId ?? a.Alert.AlertId) == a.Alert.AlertId
                && (query.Id ?? a.Alert.Id) == a.Alert.Id
                && (query.AsOf is not { } known || (a.Alert.RecordedTime <= known && !alerts.Exists(
                    b => b.Ordinal > a.Ordinal && b.Alert.AlertId == a.Alert.AlertId && b.Alert.RecordedTime <= known)))
                && (query.DetectorKind ?? a.Alert.Explanation.DetectorKind) == a.Alert.Explanation.DetectorKind
                && (query.Audience is null || a.Alert.Audiences.HasFlag(query.Audience.Value))
                && (query.Kind ?? a.Alert.Kind) == a.Alert.Kind
                && (query.From is null || a.Alert.EventTime >= query.From)
                && (query.To is null || a.Alert.EventTime < query.To)
                && (query.Before is null || a.Ordinal < query.Before)
                && (query.After is null || a.Ordinal > query.After));
            found = query.After is null ? found.OrderByDescending(a => a.Ordinal) : found.OrderBy(a => a.Ordinal);
            return new([.. found.Take(query.Limit)]);
        }
    }

    public Dictionary<string, StoredVerdict> Verdicts { get; } = [];

    public List<DetectorTally> Tallies { get; } = [];

    public ValueTask JudgeAsync(ImmutableArray<StoredVerdict> verdicts, CancellationToken cancellationToken)
    {
        foreach (StoredVerdict verdict in verdicts)
        {
            Verdicts[verdict.AlertId] = verdict;
        }

        return default;
    }

    public ValueTask<ImmutableArray<StoredVerdict>> GetVerdictsAsync(string assetId, int limit, CancellationToken cancellationToken) =>
        new([.. Verdicts.Values.Where(v => v.AssetId == assetId).Take(limit)]);

    public ValueTask<ImmutableArray<DetectorTally>> GetTalliesAsync(TallyQuery query, CancellationToken cancellationToken) =>
        new([.. Tallies.Where(t => query.After is null || string.CompareOrdinal(t.Id, query.After.Value.Id) > 0).Take(query.Limit)]);

    public ValueTask AppendAsync(ImmutableArray<QuarantinedMessage> messages, CancellationToken cancellationToken)
    {
        Quarantine.AddRange(messages);
        return default;
    }

    public ValueTask<ImmutableArray<QuarantinedMessage>> FindAsync(long position, string? logId, CancellationToken cancellationToken) =>
        new([.. Quarantine.Where(m => m.Position == position && (logId ?? m.LogId) == m.LogId)]);

    public ValueTask<ImmutableArray<QuarantinedMessage>> QueryAsync(long? before, string? reason, int limit,
        CancellationToken cancellationToken) => new(
        [.. Quarantine.Where(m => (before is null || m.Ordinal < before) && (reason ?? m.Reason) == m.Reason)
            .OrderByDescending(m => m.Ordinal).Take(limit)]);

    public ValueTask<ImmutableArray<GrainStateEntry<TState>>> ListAsync<TState>(string stateName, long? before, int limit,
        CancellationToken cancellationToken)
    {
        ThrowIfAway();
        lock (gate)
        {
            return new([.. states
                .Where(s => s.Name == stateName && (before is null || s.State.Ordinal < before))
                .OrderByDescending(s => s.State.Ordinal)
                .Take(limit)
                .Select(s => new GrainStateEntry<TState>(s.State.Ordinal, s.State.Key, (TState)s.State.State))]);
        }
    }

    public SystemSnapshot Capture() => new()
    {
        Version = "0.1.0",
        Runtime = "Local",
        Started = Examples.T0.AddHours(-1),
        Rates = new Dictionary<string, double> { ["samples"] = double.NaN },
    };

    public ValueTask<InletReceipt> AcceptAsync(string topic, ReadOnlyMemory<byte> payload, string source,
        CancellationToken cancellationToken)
    {
        lock (gate)
        {
            Published.Add((topic, payload.ToArray()));
        }

        return new(Receipt);
    }

    private void ThrowIfAway()
    {
        if (IsAway)
        {
            throw new TwinStoreException("away");
        }
    }
}
