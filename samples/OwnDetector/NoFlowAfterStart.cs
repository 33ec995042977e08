using System.Collections.Immutable;
using System.Reactive.Concurrency;
using System.Reactive.Linq;
using Millwright.Core.Detection;
using Millwright.Detectors;
using Anomaly = Millwright.Detectors.Anomaly;

namespace OwnDetector;

/// <summary>A pump that draws power must soon deliver. An example of a detector of one's own: an assembly in the folder of --detectors.</summary>
public sealed class NoFlowAfterStart : IReactiveDetector
{
    public string Kind => "no-flow-after-start";

    public string Description => "Metric 'power' is on, and metric 'flow' does not follow in time.";

    public TimeSpan Memory => TimeSpan.FromHours(1);

    public ImmutableArray<DetectorParameter> Parameters =>
    [
        new("on", "metric", 1, 0, 1e9, "At and above this power the pump is on."),
        new("flow", "metric", 1, 0, 1e9, "At and above this flow it delivers."),
        new("within", "s", 10, 0.1, 600, "How long it may take."),
    ];

    public IObservable<Anomaly> Detect(IObservable<Sample> samples, IScheduler eventTime, IReadOnlyDictionary<string, double> parameters) =>
        samples.Publish(all =>
        {
            IObservable<Sample> delivers = all.Where(s => s.Metric == "flow" && s.Value >= parameters["flow"]);
            IObservable<Sample> stops = all.Where(s => s.Metric == "power" && s.Value < parameters["on"]);
            IObservable<Sample> starts = all.Where(s => s.Metric == "power")
                .DistinctUntilChanged(s => s.Value >= parameters["on"])
                .Where(s => s.Value >= parameters["on"]);
            IObservable<Anomaly> begins = starts
                .Select(start => Observable.Timer(TimeSpan.FromSeconds(parameters["within"]), eventTime)
                    .Select(_ => Anomaly.Begin(start with { Metric = "flow", EventTime = eventTime.Now, Value = 0 }, parameters["flow"]))
                    .TakeUntil(delivers.Merge(stops)))
                .Switch();
            return begins.Merge(delivers.Merge(stops).Select(s => Anomaly.End(s with { Metric = "flow" })));
        });
}
