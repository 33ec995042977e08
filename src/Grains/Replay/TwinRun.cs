using System.Buffers;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Digests;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Grains.Replay;

/// <summary>
/// What a twin decides, without the shell that records it: engine and alert book of one blueprint, and the digest of what they said. It is
/// the code that the grain runs, so a replay cannot differ from it.
/// </summary>
public sealed class TwinRun
{
    private readonly TwinBlueprint blueprint;
    private readonly TwinEngine engine;
    private readonly AlertBook alerts;
    private readonly TwinOutput output = new();
    private readonly TwinDigest digest;

    /// <param name="known">The asset's metric table; of no meaning for a modelled one.</param>
    /// <param name="digest">Takes what is said.</param>
    public TwinRun(TwinCatalogue catalogue, string assetId, IReadOnlyList<TwinMetric> known, TwinDigest digest)
        : this(catalogue.For(assetId, known), digest)
    {
    }

    /// <summary>Of a twin that computes something else than its model says.</summary>
    public TwinRun(TwinBlueprint blueprint, TwinDigest digest)
    {
        this.digest = digest;
        this.blueprint = blueprint;
        engine = new TwinEngine(blueprint.Definition);
        alerts = blueprint.NewAlertBook(engine);
    }

    /// <summary>Good samples that came too late for detectors: a replay in order would judge them.</summary>
    public long Unjudged => engine.Unjudged;

    /// <summary>Event time of the newest sample; null when there is none.</summary>
    public DateTimeOffset? Newest => engine.Newest;

    /// <summary>Called with each alert event that is told; null when the digest is all that is wanted.</summary>
    public Action<AlertEvent>? Told { get; init; }

    /// <summary>Counterfactuals that held when they were tried, and those that did not and were left out.</summary>
    public (long Held, long Dropped) Counterfactuals => (engine.CounterfactualsHeld, engine.CounterfactualsDropped);

    /// <summary>What each detector makes of the newest that it judged.</summary>
    public TwinDecisions Decisions() => DecisionView.Of(blueprint, engine, alerts);

    /// <summary>The state, as a checkpoint holds it.</summary>
    public ReadOnlyMemory<byte> Save()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        var writer = new StateWriter(buffer);
        engine.Save(writer);
        alerts.Save(writer);
        return buffer.WrittenMemory;
    }

    /// <summary>Takes up the state of a checkpoint. Throws <see cref="StateFormatException"/>; the run must then be thrown away.</summary>
    public void Restore(ReadOnlyMemory<byte> core)
    {
        var reader = new StateReader(core);
        engine.Restore(reader);
        alerts.Restore(reader);
    }

    /// <summary>Samples that are in no block of history yet, ascending.</summary>
    public IReadOnlyList<HistoryPoint> RecentHistory(string metric) => TwinView.RecentHistory(engine, [], metric);

    /// <summary>
    /// Takes a sample of history. It was accepted when it came, so it came in time: its event time serves as its ingest time.
    /// </summary>
    public void Observe(TwinMetric metric, HistoryPoint point)
    {
        Observe(metric, point, point.EventTime);
        Take();
    }

    /// <summary>Takes a sample as it came; <see cref="EndBatch"/> says when to speak.</summary>
    /// <param name="metric">Its metric.</param>
    /// <param name="point">The sample.</param>
    /// <param name="ingestTime">When it came.</param>
    /// <param name="source">Whose it is; history does not know, and then it is the only one's.</param>
    public SampleFate Observe(TwinMetric metric, HistoryPoint point, DateTimeOffset ingestTime, string source = "") => engine.Observe(
        new TwinSample(
            engine.MetricIndex(metric.Name, metric.IsText), point.EventTime, ingestTime, point.Value, point.Text, point.Quality,
            point.Historical, engine.SourceIndex(source)),
        output);

    public void EndBatch()
    {
        engine.CatchUp(output);
        Take();
    }

    /// <summary>Processing time goes on without a sample.</summary>
    public void Advance(DateTimeOffset now)
    {
        engine.Advance(now, output);
        EndBatch();
    }

    /// <summary>Judges what still waits and gives the digest of all that was said.</summary>
    public DigestResult Finish()
    {
        engine.Rest(output);
        engine.CatchUp(output, force: true);
        Take();
        foreach (AlertEvent alert in alerts.Reconcile((_, _) => true, engine.Newest ?? default))
        {
            Tell(alert);
        }

        return digest.Compute(engine.Newest ?? DateTimeOffset.MinValue);
    }

    private void Take()
    {
        if (output.IsEmpty)
        {
            return;
        }

        if (output.HasFindings)
        {
            engine.CheckCounterfactuals(output);
            foreach (AlertEvent alert in alerts.Record(output, engine.FinalBefore, engine.Newest ?? default))
            {
                Tell(alert);
            }
        }

        foreach (WindowResult window in TwinView.Windows(blueprint.AssetId, engine, output.Windows))
        {
            digest.Add(window);
        }

        output.Clear();
    }

    private void Tell(AlertEvent alert)
    {
        digest.Add(alert);
        Told?.Invoke(alert);
    }
}
