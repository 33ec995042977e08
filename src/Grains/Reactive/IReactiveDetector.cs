using System.Collections.Immutable;
using System.Reactive.Concurrency;
using Millwright.Core.Detection;

namespace Millwright.Detectors;

/// <summary>
/// A detector of one's own as a composition of System.Reactive: samples in, anomalies out, in event time. Needs a public constructor
/// without parameters. One object serves every asset: what it remembers lives in the observables that it composes.
/// </summary>
public interface IReactiveDetector
{
    /// <summary>The <c>kind</c> under which the plant model names it: lower case, digits and hyphens.</summary>
    string Kind { get; }

    /// <summary>One sentence for people.</summary>
    string Description { get; }

    /// <summary>
    /// How far back its verdicts look, above 0 and at most a day: the composition is made anew from the samples of this span once per span
    /// and after each restart, so that what it says depends on them alone. At most 20,000 samples; with more the span is cut.
    /// </summary>
    TimeSpan Memory { get; }

    /// <summary>What the plant model may set, with unit, range and default.</summary>
    ImmutableArray<DetectorParameter> Parameters => [];

    /// <param name="samples">Good samples of the metrics that it watches, in event-time order.</param>
    /// <param name="eventTime">Give it to every operator that takes a scheduler: <c>Throttle(span, eventTime)</c>. One that runs on the
    /// wall clock is stopped, for its verdicts could not be repeated.</param>
    /// <param name="parameters">By name, completed by the defaults.</param>
    IObservable<Anomaly> Detect(IObservable<Sample> samples, IScheduler eventTime, IReadOnlyDictionary<string, double> parameters);
}
