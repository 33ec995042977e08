using System.Buffers;
using Millwright.Core.Detection;
using Millwright.Core.Energy;
using Millwright.Core.State;
using Millwright.Core.Windows;
using Millwright.Telemetry;

namespace Millwright.Core.Twins;

/// <summary>
/// What depends on the order of samples: operating state, running time, meters, detectors. Fed in event-time order; what comes later than
/// something newer of its metric is counted and left out. Showing it after all, by rewinding, begins at <see cref="Observe"/>: it is the
/// one
/// place where a sample is too old to be judged.
/// </summary>
internal sealed class OrderedStage
{
    private const byte Version = 1;
    private readonly TwinDefinition definition;
    private readonly DetectorSlot[] detectors;
    private readonly MeterTrack[] meters;

    // By metric: what to do with its samples.
    private readonly List<Route> routes = [];
    private long nextMeterDue = Ticks.Never;

    public OrderedStage(TwinDefinition definition)
    {
        this.definition = definition;
        State = new OperatingStateTrack(definition.States, definition.Time.MaxStateGap);
        detectors = [.. definition.Detectors.Select(d => new DetectorSlot(d, State.Names))];
        meters = [.. definition.Meters.Select((m, i) => MeterTrack.Create(m, i, State.Names))];
    }

    public OperatingStateTrack State { get; }

    /// <summary>Samples that were too old for the detectors when they came.</summary>
    public long Unjudged { get; private set; }

    public void Add(MetricTrack metric)
    {
        int index = metric.Index;
        routes.Add(new Route(
            [.. Enumerable.Range(0, detectors.Length).Where(d => detectors[d].Watches(metric))],
            [.. Enumerable.Range(0, meters.Length).Where(m => meters[m].Rule.Metric == index && !metric.Rule.IsText)],
            definition.States.Any(s => s.Conditions.Any(c => c.Metric == index))));
    }

    /// <summary>Takes a good sample in its turn.</summary>
    public void Observe(List<MetricTrack> metrics, int index, long ticks, double value, string? text, long watermark, TwinOutput output)
    {
        MetricTrack metric = metrics[index];
        if (ticks <= metric.OrderedTicks)
        {
            Unjudged++;
            return;
        }

        Advance(ticks, output);
        metric.SetOrdered(ticks, value, text);
        Route route = routes[index];
        foreach (int meter in route.Meters)
        {
            meters[meter].Advance(State.Clock, State.Current, output.Consumption);
            meters[meter].Observe(ticks, value, State.Clock, State.Current, output.Consumption);
            nextMeterDue = Math.Min(nextMeterDue, meters[meter].NextDue);
        }

        if (route.AffectsState)
        {
            Enter(State.Judge(metrics), output);
        }

        if (route.Detectors.Length > 0)
        {
            var observation = new Observation(index, Ticks.ToInstant(ticks), value, SampleQuality.Good);
            var context = new DetectionContext(State.Name, Ticks.ToInstant(watermark));
            foreach (int detector in route.Detectors)
            {
                if (detectors[detector].Judges(State.Current))
                {
                    detectors[detector].Detector.Observe(observation, context, output.Anomalies);
                }
            }
        }
    }

    /// <summary>Event time has come this far, and the state has not changed.</summary>
    public void Advance(long ticks, TwinOutput output)
    {
        State.Advance(ticks);
        if (State.Clock >= nextMeterDue)
        {
            AdvanceMeters(output);
        }
    }

    /// <summary>Processing time, for detectors of absence.</summary>
    public void AdvanceDetectors(DateTimeOffset now, long watermark, TwinOutput output)
    {
        var context = new DetectionContext(State.Name, Ticks.ToInstant(watermark));
        foreach (DetectorSlot slot in detectors)
        {
            slot.Detector.Advance(now, context, output.Anomalies);
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(Version);
        State.Save(writer);
        writer.Int64(Unjudged);
        var section = new ArrayBufferWriter<byte>();
        writer.Int32(meters.Length);
        foreach (MeterTrack meter in meters)
        {
            writer.Text(meter.Rule.Id);
            writer.Boolean(meter.Rule.IsCounter);
            section.ResetWrittenCount();
            meter.Save(new StateWriter(section));
            writer.Bytes(section.WrittenSpan);
        }

        writer.Int32(detectors.Length);
        foreach (DetectorSlot slot in detectors)
        {
            slot.Save(writer, section);
        }
    }

    /// <summary>False for a detector that is not there, or that began afresh at the last restore.</summary>
    public bool KeepsItsFindings(string detector) => Array.Exists(detectors, d => d.Detector.Identity.Id == detector && d.IsRestored);

    /// <param name="indices">Metric indices of the saved state as indices of today; -1 for a metric that is gone.</param>
    public void Restore(StateReader reader, ReadOnlySpan<int> indices)
    {
        reader.Version(Version);
        State.Restore(reader);
        Unjudged = reader.Int64();
        for (int left = reader.Count(9); left > 0; left--)
        {
            string? id = reader.Text();
            bool isCounter = reader.Boolean();
            byte[] state = reader.Bytes();
            Array.Find(meters, m => m.Rule.Id == id && m.Rule.IsCounter == isCounter)?.Restore(new StateReader(state));
        }

        for (int left = reader.Count(16); left > 0; left--)
        {
            var identity = new DetectorIdentity(reader.Text() ?? "", reader.Text() ?? "", reader.Text() ?? "");
            byte[] state = reader.Bytes();
            DetectorSlot? slot = Array.Find(detectors, s => s.Detector.Identity == identity);

            // Detectors keep metric indices inside. When the model has moved one of theirs, they learn again.
            if (slot is not null && !slot.IsAffectedBy(indices))
            {
                slot.Restore(state);
            }
        }

        nextMeterDue = meters.Length == 0 ? Ticks.Never : meters.Min(m => m.NextDue);
    }

    private void Enter(int state, TwinOutput output)
    {
        if (state != State.Current)
        {
            AdvanceMeters(output);
        }

        State.Enter(state);
    }

    private void AdvanceMeters(TwinOutput output)
    {
        nextMeterDue = Ticks.Never;
        foreach (MeterTrack meter in meters)
        {
            meter.Advance(State.Clock, State.Current, output.Consumption);
            nextMeterDue = Math.Min(nextMeterDue, meter.NextDue);
        }
    }

    private sealed record Route(int[] Detectors, int[] Meters, bool AffectsState);
}
