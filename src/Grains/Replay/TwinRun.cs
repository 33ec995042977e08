using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Detection;
using Millwright.Core.Digests;
using Millwright.Core.History;
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
    public TwinRun(TwinCatalogue catalogue, string assetId, IReadOnlyList<TwinMetric> known)
    {
        blueprint = catalogue.For(assetId, known);
        engine = new TwinEngine(blueprint.Definition);
        alerts = blueprint.NewAlertBook(engine);
        digest = new TwinDigest(assetId);
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

    public void Add(WindowResult window) => digest.Add(window);

    public void Add(AlertEvent alert) => digest.Add(alert);

    /// <summary>Takes a sample of history. It was accepted when it came, so it came in time: its event time serves as its ingest time.</summary>
    public void Observe(TwinMetric metric, HistoryPoint point)
    {
        int index = engine.MetricIndex(metric.Name, metric.IsText);
        engine.Observe(
            new TwinSample(index, point.EventTime, point.EventTime, point.Value, point.Text, point.Quality, point.Historical), output);
        Take();
    }

    /// <summary>Judges what still waits and gives the digest of all that was said.</summary>
    public DigestResult Finish()
    {
        engine.Rest(output);
        Take();
        return digest.Compute(engine.Newest ?? DateTimeOffset.MinValue);
    }

    private void Take()
    {
        if (output.IsEmpty)
        {
            return;
        }

        foreach (Anomaly anomaly in output.Anomalies)
        {
            if (alerts.Record(anomaly, engine.OperatingState, anomaly.EventTime) is { } alert)
            {
                digest.Add(alert);
            }
        }

        foreach (WindowResult window in TwinView.Windows(blueprint.AssetId, engine, output.Windows))
        {
            digest.Add(window);
        }

        output.Clear();
    }
}
