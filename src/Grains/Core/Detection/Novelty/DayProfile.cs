using Millwright.Core.State;

namespace Millwright.Core.Detection.Novelty;

/// <summary>
/// What a metric usually is in each hour of the day (UTC), learned from event time. It speaks only of hours that it knows from three days,
/// and only while it foretells the metric clearly better than the metric's plain mean does: most metrics have no day.
///
/// Trap: an hour is a visit when it is over, so an hour of one sample weighs as much as one of 3,600; and a fault of one hour moves its
/// mean by a tenth at most.
/// </summary>
internal sealed class DayProfile
{
    private const int Hours = 24;
    private const int KnownVisits = 3;

    /// <summary>Smallest weight of a new visit: the profile follows the seasons of the year.</summary>
    private const double VisitWeight = 0.1;
    private const double ErrorWeight = 0.001;

    /// <summary>Trusted while its error is below this share of the plain mean's.</summary>
    private const double TrustedShare = 0.8;
    private const int MeanMemory = 8_192;

    private readonly double[] means = new double[Hours];
    private readonly int[] visits = new int[Hours];
    private int open = -1;
    private double openMean;
    private int openCount;
    private double mean;
    private int count;
    private double error;
    private double plainError;

    /// <summary>Null while it does not know the hour or is not to be trusted.</summary>
    public double? ExpectedAt(long ticks)
    {
        int hour = HourOf(ticks);
        return visits[hour] >= KnownVisits && error < TrustedShare * plainError ? means[hour] : null;
    }

    public void Learn(double value, long ticks)
    {
        int hour = HourOf(ticks);
        if (hour != open)
        {
            Close();
            open = hour;
        }

        if (visits[hour] >= KnownVisits)
        {
            error += (Math.Abs(value - means[hour]) - error) * ErrorWeight;
            plainError += (Math.Abs(value - mean) - plainError) * ErrorWeight;
        }

        // No count of an hour reaches the bound of an int, not even at a sample per microsecond; the plain mean forgets instead.
        openCount++;
        openMean += (value - openMean) / openCount;
        count = Math.Min(count + 1, MeanMemory);
        mean += (value - mean) / count;
    }

    public void Save(StateWriter writer)
    {
        writer.Int32(open);
        writer.Double(openMean);
        writer.Int32(openCount);
        writer.Double(mean);
        writer.Int32(count);
        writer.Double(error);
        writer.Double(plainError);
        for (int hour = 0; hour < Hours; hour++)
        {
            writer.Double(means[hour]);
            writer.Byte((byte)visits[hour]);
        }
    }

    public static DayProfile Restore(StateReader reader)
    {
        DayProfile profile = new()
        {
            open = reader.Int32(),
            openMean = reader.Double(),
            openCount = reader.Int32(),
            mean = reader.Double(),
            count = reader.Int32(),
            error = reader.Double(),
            plainError = reader.Double(),
        };
        bool isFinite = double.IsFinite(profile.openMean + profile.mean + profile.error + profile.plainError);
        for (int hour = 0; hour < Hours; hour++)
        {
            profile.means[hour] = reader.Double();
            profile.visits[hour] = reader.Byte();
            isFinite &= double.IsFinite(profile.means[hour]);
        }

        return isFinite && profile.open is >= -1 and < Hours && profile.openCount >= 0 && profile.count is >= 0 and <= MeanMemory
            ? profile
            : throw new StateFormatException("A stored profile of the day is not one.");
    }

    private void Close()
    {
        if (openCount > 0)
        {
            // Beyond this many visits the weight no longer falls.
            visits[open] = Math.Min(visits[open] + 1, 100);
            means[open] += (openMean - means[open]) * Math.Max(1.0 / visits[open], VisitWeight);
        }

        openMean = 0;
        openCount = 0;
    }

    /// <summary>Ticks of an instant are never negative.</summary>
    private static int HourOf(long ticks) => (int)(ticks % TimeSpan.TicksPerDay / TimeSpan.TicksPerHour);
}
