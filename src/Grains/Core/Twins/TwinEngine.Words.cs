using Millwright.Core.Watermarks;
using Millwright.Core.Windows;
using Millwright.Telemetry;

namespace Millwright.Core.Twins;

/// <summary>
/// Words of people on baselines come as text samples of reserved metrics. Whoever was told that his word is in the log finds it heeded: one
/// that is too late by its stamp, because the twin was behind the log when it was stamped, or that shares its stamp with another word, gets
/// the instant behind the newest sample, as a detector's change does (ADR 0009). History keeps it there, so a replay has nothing to place.
/// One that is late but not too late is taken where it belongs, like any sample.
/// </summary>
public sealed partial class TwinEngine
{
    /// <summary>The instant at which a sample that would not be taken is taken all the same; null for all but words of people.</summary>
    private long? Placed(in TwinSample sample, long ticks, FateReason reason)
    {
        if (reason is not (FateReason.Duplicate or FateReason.TooLate) || sample.Historical || sample.Quality != SampleQuality.Good)
        {
            return null;
        }

        MetricTrack metric = metrics[sample.Metric];
        if (!metric.IsWord || (reason == FateReason.Duplicate && (metric.ValueTicks != ticks || metric.Text == sample.Text)))
        {
            return null;
        }

        if (reason == FateReason.TooLate)
        {
            // The stamp is remembered too: the same word, delivered again, is a repetition.
            metric.Remember(ticks, watermark);
        }

        return Ticks.Add(newest, 1);
    }
}
