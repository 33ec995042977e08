using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Energy;
using Millwright.Core.Twins;
using Millwright.Core.Windows;
using Millwright.Grains.Twins;
using Millwright.Simulation.Tests.World;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Simulation.Tests.Checks;

/// <summary>The run without faults: one asset's samples, in the order of the log, through the core alone.</summary>
internal sealed class Reference
{
    private static readonly TwinCatalogue Catalogue = new(SimulatedPlant.Model);

    private Reference(TwinBlueprint blueprint)
    {
        Engine = new TwinEngine(blueprint.Definition);
        Book = blueprint.NewAlertBook(Engine);
    }

    public TwinEngine Engine { get; }

    public List<AlertEvent> Alerts { get; } = [];

    public List<WindowResult> Windows { get; } = [];

    /// <summary>Quantity and time by meter and operating state, of the last word on each interval.</summary>
    public SortedDictionary<(int Meter, string State), (double Quantity, TimeSpan Time)> Consumption { get; } = [];

    private AlertBook Book { get; }

    /// <param name="assetId">The asset.</param>
    /// <param name="samples">In the order of the log.</param>
    /// <param name="sources">By position.</param>
    /// <param name="changes">Of its detectors, made while it ran.</param>
    /// <param name="isDistinct">Each sample once, as if it had never been delivered again.</param>
    public static Reference Of(
        string assetId,
        IReadOnlyList<TelemetrySample> samples,
        Dictionary<long, string> sources,
        IReadOnlyList<DetectorChange> changes,
        bool isDistinct)
    {
        TwinBlueprint blueprint = Catalogue.For(assetId, [], changes);
        var reference = new Reference(blueprint);
        var output = new TwinOutput();
        var seen = new HashSet<(string, DateTimeOffset)>();
        foreach (TelemetrySample sample in samples)
        {
            if (isDistinct && !seen.Add((sample.Metric, sample.EventTime)))
            {
                continue;
            }

            int metric = reference.Engine.MetricIndex(sample.Metric, isText: false);
            reference.Engine.Observe(
                new TwinSample(
                    metric, sample.EventTime, sample.IngestTime, sample.Value, sample.Text, sample.Quality, sample.Historical,
                    reference.Engine.SourceIndex(sources[sample.Position])),
                output);
            reference.Take(output, sample.IngestTime);
        }

        reference.Engine.CatchUp(output, force: true);
        reference.Take(output, samples.Count > 0 ? samples[^1].IngestTime : default);
        foreach (ClosedInterval interval in output.Consumption.GroupBy(c => (c.Meter, c.Start)).Select(g => g.Last()))
        {
            reference.Count(interval);
        }

        List<ClosedWindow> windows = [.. output.Windows];
        reference.Engine.CollectOpenWindows(windows);
        reference.Windows.AddRange(TwinView.Windows(assetId, reference.Engine, windows));
        return reference;
    }

    private void Count(ClosedInterval interval)
    {
        foreach (StateQuantity part in interval.States)
        {
            (double quantity, TimeSpan time) = Consumption.GetValueOrDefault((interval.Meter, part.OperatingState));
            Consumption[(interval.Meter, part.OperatingState)] = (quantity + part.Quantity, time + part.Duration);
        }
    }

    private void Take(TwinOutput output, DateTimeOffset now)
    {
        if (output.HasFindings)
        {
            Engine.CheckCounterfactuals(output);
            Alerts.AddRange(Book.Record(output, Engine.FinalBefore, now));
            output.ClearFindings();
        }
    }
}
