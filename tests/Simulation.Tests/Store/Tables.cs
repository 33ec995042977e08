using System.Collections.Immutable;
using System.Globalization;
using Millwright.Alerts;
using Millwright.Core.Windows;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Quarantine;
using Millwright.Twins;
using Orleans.Storage;

namespace Millwright.Simulation.Tests.Store;

/// <summary>One of the two snapshots of a twin.</summary>
internal sealed record Slot(long Epoch, ReadOnlyMemory<byte> Data, bool IsDamaged);

/// <summary>A twin's row: its epoch and its snapshots, newest first.</summary>
internal sealed record TwinRow(long Epoch, ImmutableList<Slot> Slots);

/// <summary>What the store holds after some commit. Immutable, so that a power cut is a step back to an earlier one.</summary>
internal sealed record Tables
{
    public static Tables Empty { get; } = new();

    public ImmutableSortedDictionary<string, TwinRow> Twins { get; init; } = NewTable<TwinRow>();

    /// <summary>By asset, metric and first event time.</summary>
    public ImmutableSortedDictionary<string, HistoryBlock> Blocks { get; init; } = NewTable<HistoryBlock>();

    /// <summary>By asset, metric, kind, size and start.</summary>
    public ImmutableSortedDictionary<string, WindowResult> Windows { get; init; } = NewTable<WindowResult>();

    public ImmutableSortedDictionary<string, long> AlertIds { get; init; } = NewTable<long>();

    public ImmutableList<StoredAlert> Alerts { get; init; } = [];

    /// <summary>By state name and grain.</summary>
    public ImmutableSortedDictionary<string, (long Ordinal, byte[] Json)> States { get; init; } = NewTable<(long, byte[])>();

    public long StateOrdinal { get; init; }

    public ImmutableSortedDictionary<long, QuarantinedMessage> Quarantine { get; init; } =
        ImmutableSortedDictionary<long, QuarantinedMessage>.Empty;

    public static string Key(string asset, string metric, DateTimeOffset first) =>
        string.Create(CultureInfo.InvariantCulture, $"{asset}|{metric}|{first.UtcTicks:D19}");

    public static string Key(WindowResult window) => string.Create(
        CultureInfo.InvariantCulture,
        $"{window.AssetId}|{window.Metric}|{window.Kind}|{(WindowKinds.HasOwnLength(window.Kind) ? 0 : window.Size.Ticks)}|{window.Start.UtcTicks:D19}");

    public Tables Save(TwinCheckpoint checkpoint)
    {
        TwinRow? row = Twins.GetValueOrDefault(checkpoint.AssetId);
        if ((row?.Epoch ?? 0) != checkpoint.ExpectedEpoch)
        {
            throw new TwinFencedException($"The epoch is {row?.Epoch ?? 0}, not {checkpoint.ExpectedEpoch}.");
        }

        long epoch = checkpoint.ExpectedEpoch + 1;
        var slot = new Slot(epoch, checkpoint.Snapshot.ToArray(), IsDamaged: false);
        ImmutableList<Slot> others = row?.Slots.RemoveAll(s => s.Epoch % 2 == epoch % 2) ?? [];
        return this with
        {
            Twins = Twins.SetItem(checkpoint.AssetId, new TwinRow(epoch, others.Insert(0, slot))),
            Blocks = Blocks.SetItems(checkpoint.Blocks.Select(b => KeyValuePair.Create(Key(checkpoint.AssetId, b.Metric, b.First), b))),
            Windows = Windows.SetItems(checkpoint.Windows
                .Where(w => !Windows.TryGetValue(Key(w), out WindowResult? known) || w.Revision >= known.Revision)
                .Select(w => KeyValuePair.Create(Key(w), w))),
        };
    }

    public Tables Append(AlertEvent alert) => AlertIds.ContainsKey(alert.Id)
        ? this
        : this with
        {
            AlertIds = AlertIds.Add(alert.Id, Alerts.Count + 1),
            Alerts = Alerts.Add(new StoredAlert(Alerts.Count + 1, alert)),
        };

    public Tables Write(string key, string? etag, byte[] json)
    {
        string? stored = States.TryGetValue(key, out (long Ordinal, byte[] Json) found)
            ? found.Ordinal.ToString(CultureInfo.InvariantCulture) : null;
        return stored == etag
            ? this with { StateOrdinal = StateOrdinal + 1, States = States.SetItem(key, (StateOrdinal + 1, json)) }
            : throw new InconsistentStateException($"{key} has changed.", stored, etag);
    }

    public Tables Append(IEnumerable<QuarantinedMessage> messages) => this with
    {
        Quarantine = Quarantine.SetItems(
            messages.Where(m => !Quarantine.ContainsKey(m.Position)).Select(m => KeyValuePair.Create(m.Position, m))),
    };

    private static ImmutableSortedDictionary<string, T> NewTable<T>() =>
        ImmutableSortedDictionary.Create<string, T>(StringComparer.Ordinal);
}
