using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Energy;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Energy;
using Millwright.Telemetry;

namespace Millwright.Grains.Tests.Core.Twins;

/// <summary>A twin and its alert book as the grain holds them, with the ledger that everyone downstream would have.</summary>
internal sealed class RewindRun
{
    private TwinDefinition definition;
    private readonly TwinOutput output = new();
    private readonly Dictionary<string, (AlertEvent Begun, AlertEvent? End)> net = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(int, DateTimeOffset), ClosedInterval> intervals = [];
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);
    private AlertBook book;
    private bool hasFallenBack;
    private long recorded;

    // What the receiver of its intervals makes of them.
    private EnergyBook energy = new(
        new EnergyState { Key = "line", Assets = [], IdleWaste = [] },
        ImmutableSortedDictionary.Create<string, IdleStretch>(StringComparer.Ordinal),
        ImmutableSortedDictionary.Create<string, ImmutableArray<HeldInterval>>(StringComparer.Ordinal));

    public RewindRun(TwinDefinition definition)
    {
        this.definition = definition;
        Engine = new TwinEngine(definition);
        book = Book();
    }

    public TwinEngine Engine { get; private set; }

    public List<AlertEvent> Told { get; } = [];

    public int Repeated { get; private set; }

    public AlertBook Alerts => book;

    public SampleFate Observe(int metric, double second, double value, string? text, double arrival) => Engine.Observe(
        new TwinSample(metric, Moments.At(second), Moments.At(arrival), value, text), output);

    public void EndBatch()
    {
        Engine.CatchUp(output);
        Drain();
    }

    public void Advance(double now)
    {
        Engine.Advance(Moments.At(now), output);
        Drain();
    }

    public void Settle()
    {
        Engine.CatchUp(output, force: true);
        Drain();
    }

    /// <summary>Judges what still waits.</summary>
    public void Rest()
    {
        Engine.Rest(output);
        Settle();
    }

    /// <summary>What its meters have counted by the receiver's books, in a thousandth of a thousandth; times to the tick.</summary>
    public string Consumed() => string.Join("\n", energy.State.Assets.Select(a => string.Create(CultureInfo.InvariantCulture,
        $"{a.Meter} {a.Total:F6} {string.Join(' ', a.States.Where(s => s.Duration > TimeSpan.Zero || Math.Abs(s.Quantity) > 1e-6).OrderBy(s => s.OperatingState, StringComparer.Ordinal).Select(s => FormattableString.Invariant($"{s.OperatingState}={s.Quantity:F6}/{s.Duration.Ticks}")))}")));

    public void Restart()
    {
        Restore(Save());
        Withdraw();
    }

    /// <summary>Its detectors are changed while it runs.</summary>
    public void Change(TwinDefinition next)
    {
        byte[] state = Save();
        definition = next;
        Restore(state);
        Withdraw();
    }

    /// <summary>A checkpoint.</summary>
    public byte[] Save()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new StateWriter(buffer);
        Engine.CutBlocks(output, all: false);
        output.Blocks.Clear();
        Engine.Save(writer);
        book.Save(writer);
        recorded = Engine.Sequence;
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The newest checkpoint is lost, and what was told since is adopted.</summary>
    public void FallBack(byte[] state)
    {
        output.Clear();
        hasFallenBack = true;
        Restore(state);
        recorded = Engine.Sequence;
        book.Adopt(Told);
        Engine.Restate(output);
        Drain();
    }

    /// <summary>As the grain does when the replay has passed everything.</summary>
    public void Reconcile()
    {
        foreach (AlertEvent open in book.Unconfirmed((_, _) => true))
        {
            Engine.Reclaim(open.Explanation.DetectorId, open.Subject, open.EventTime);
        }

        EndBatch();
        foreach (AlertEvent alert in book.Reconcile((_, _) => true, Moments.Start))
        {
            Take(alert);
        }
    }

    /// <summary>All that must not depend on how the samples came: one line each.</summary>
    public string Canonical(double newest)
    {
        List<string> lines = Alerted(newest);
        lines.AddRange(intervals.Values.Where(i => !i.States.IsEmpty).Select(i => FormattableString.Invariant(
            $"{i.Meter} {i.Start:O} {string.Join(",", i.States.Select(s => FormattableString.Invariant($"{s.OperatingState}={s.Quantity:R}/{s.Duration.Ticks}")))} {i.Completeness:R}")));
        lines.Add($"{Engine.OperatingState} {Engine.RunningTime.Ticks} {Engine.Starts}");
        return string.Join("\n", lines);
    }

    /// <summary>Net alerts, one line each.</summary>
    public List<string> Alerted(double newest)
    {
        var lines = new List<string>();
        foreach ((AlertEvent begun, AlertEvent? end) in net.Values.OrderBy(a => a.Begun.EventTime).ThenBy(a => a.Begun.AlertId, StringComparer.Ordinal))
        {
            // What lies beyond the newest sample only the clock has said.
            if (begun.EventTime <= Moments.At(newest))
            {
                lines.Add($"{Text(begun)} -> {(end is null ? "open" : Text(end))}");
            }
        }

        return lines;
    }

    private void Withdraw() => Assert.Empty(book.Withdraw(
        a => Engine.KeepsItsFinding(a.Explanation.DetectorId, a.Explanation.DetectorVersion, a.Subject, a.EventTime), Moments.Start));

    private void Restore(byte[] state)
    {
        var reader = new StateReader(state);
        Engine = new TwinEngine(definition);
        book = Book();
        Engine.Restore(reader);
        book.Restore(reader);
        Assert.True(reader.IsAtEnd);
    }

    private static string Text(AlertEvent alert) => string.Create(CultureInfo.InvariantCulture,
        $"{alert.AlertId} {alert.AlertName} {alert.Subject} {alert.EventTime:O} {alert.IncidentId} {alert.Explanation.Score:R} {alert.Explanation.WindowStart:O} {alert.Explanation.OperatingState} {alert.Summary}");

    private AlertBook Book() => new(
        "acme:press",
        [.. Enumerable.Range(0, Engine.MetricCount).Select(i => new MetricLabel(Engine.Metric(i).Name, ""))],
        ImmutableDictionary<string, AlertPolicy>.Empty,
        TimeSpan.FromSeconds(20));

    private void Drain()
    {
        if (output.HasFindings)
        {
            foreach (AlertEvent alert in book.Record(output, Engine.FinalBefore, Moments.Start))
            {
                Take(alert);
            }
        }

        foreach (ClosedInterval interval in output.Consumption)
        {
            // Receivers hold sums: what each issue takes out must be what the one before it put in. A twin that has lost its newest state
            // does not know that one.
            ClosedInterval? before = intervals.GetValueOrDefault((interval.Meter, interval.Start));
            Assert.True(hasFallenBack || (before?.States ?? []).SequenceEqual(interval.Replaced), $"{interval} after {before}");
            intervals[(interval.Meter, interval.Start)] = interval;
            energy = EnergyFold.Observe(energy, Issue(interval), null, Moments.Start)?.Book ?? energy;
        }

        output.Clear();
    }

    private ConsumptionInterval Issue(ClosedInterval interval) => new()
    {
        AssetId = "acme:press",
        Meter = definition.Meters[interval.Meter].Id,
        Medium = "",
        Unit = "",
        Start = interval.Start,
        End = interval.End,
        Completeness = interval.Completeness,
        Revision = interval.Revision,
        States = Parts(interval.States),
        Replaced = Parts(interval.Replaced),
        Sequence = Engine.NextSequence(),
        Recorded = recorded,
    };

    private static ImmutableArray<StateConsumption> Parts(ImmutableArray<StateQuantity> states) =>
        [.. states.Select(s => new StateConsumption { OperatingState = s.OperatingState, Quantity = s.Quantity, Duration = s.Duration })];

    private void Take(AlertEvent alert)
    {
        Told.Add(alert);
        if (!ids.Add(alert.Id))
        {
            Repeated++;
            return;
        }

        switch (alert.Kind)
        {
            case AlertKind.Retracted:
                net.Remove(alert.AlertId);
                break;
            case AlertKind.Cleared:
                net[alert.AlertId] = (net[alert.AlertId].Begun, alert);
                break;
            default:
                net[alert.AlertId] = (alert, null);
                break;
        }
    }
}
