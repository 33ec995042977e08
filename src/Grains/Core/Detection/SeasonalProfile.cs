using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>What one metric does in the course of a period; <see cref="SeasonalDetector"/> says how it is used.</summary>
internal sealed class SeasonalProfile(SeasonalParameters parameters)
{
    /// <summary>The pooled spread counts as much as a bin's own after this many periods.</summary>
    private const double PooledPeriods = 4;

    // Ticks begin on Monday, January 1st of year 1, so weeks do too.
    private readonly long periodTicks = parameters.Period.Ticks;
    private readonly long binTicks = Math.Max(1, parameters.Period.Ticks / parameters.Bins);
    private readonly double[] means = new double[parameters.Bins];
    private readonly double[] spreads = new double[parameters.Bins];
    private readonly int[] seen = new int[parameters.Bins];
    private long firstTicks;
    private long lastTicks;
    private double pooled;
    private int pooledBins;
    private long openBin = -1;
    private int openCount;
    private double openMean;
    private double openSquares;
    private int spreadCount;
    private double spread;

    public double Warmup => firstTicks == 0 ? 0 : (double)(lastTicks - firstTicks) / periodTicks / parameters.Warmup;

    /// <summary>Event time goes on: what was seen of the bin before is learned.</summary>
    public void MoveTo(long ticks)
    {
        firstTicks = firstTicks == 0 ? ticks : firstTicks;
        lastTicks = ticks;
        long bin = (ticks / periodTicks * parameters.Bins) + BinOf(ticks);
        if (bin != openBin)
        {
            Close();
            openBin = bin;
        }
    }

    /// <summary>False when this time has not been seen in enough periods to judge; NaN when it was never seen.</summary>
    public bool TryExpect(long ticks, out double expected, out double scale)
    {
        int bin = BinOf(ticks);
        (expected, scale) = (double.NaN, 0);
        if (seen[bin] == 0)
        {
            return false;
        }

        double fromCentre = (((double)(ticks % periodTicks) - ((double)bin * binTicks)) / binTicks) - 0.5;
        int neighbour = (bin + (fromCentre < 0 ? parameters.Bins - 1 : 1)) % parameters.Bins;
        double share = seen[neighbour] > 0 ? Math.Min(Math.Abs(fromCentre), 0.5) : 0;
        expected = means[bin] + ((means[neighbour] - means[bin]) * share);
        double own = ((seen[bin] * spreads[bin]) + (PooledPeriods * pooled)) / (seen[bin] + PooledPeriods);
        scale = Math.Sqrt(own);
        return seen[bin] >= parameters.Warmup;
    }

    /// <param name="deviation">From the expected value; NaN when there was none.</param>
    public void Learn(double value, double deviation)
    {
        openCount = Math.Min(openCount + 1, int.MaxValue - 1);
        double fromOld = value - openMean;
        openMean += fromOld / openCount;
        openSquares += fromOld * (value - openMean);
        if (!double.IsNaN(deviation))
        {
            spreadCount = Math.Min(spreadCount + 1, int.MaxValue - 1);
            spread += ((deviation * deviation) - spread) / spreadCount;
        }
    }

    public void Save(StateWriter writer)
    {
        writer.Int64(firstTicks);
        writer.Int64(lastTicks);
        writer.Double(pooled);
        writer.Int32(pooledBins);
        writer.Int64(openBin);
        writer.Int32(openCount);
        writer.Double(openMean);
        writer.Double(openSquares);
        writer.Int32(spreadCount);
        writer.Double(spread);
        writer.Doubles(means);
        writer.Doubles(spreads);
        foreach (int count in seen)
        {
            writer.Int32(count);
        }
    }

    public void Restore(StateReader reader)
    {
        firstTicks = reader.Instant().UtcTicks;
        lastTicks = reader.Instant().UtcTicks;
        pooled = reader.Double();
        pooledBins = reader.Int32();
        openBin = reader.Int64();
        openCount = reader.Int32();
        openMean = reader.Double();
        openSquares = reader.Double();
        spreadCount = reader.Int32();
        spread = reader.Double();
        double[] storedMeans = reader.Doubles();
        double[] storedSpreads = reader.Doubles();
        if (storedMeans.Length != means.Length || storedSpreads.Length != means.Length || openCount < 0 || spreadCount < 0 || pooledBins < 0
            || openBin < -1 || openBin > DateTimeOffset.MaxValue.Ticks / periodTicks * parameters.Bins + parameters.Bins)
        {
            // Bins of another width would name other times.
            throw new StateFormatException("A seasonal profile does not fit its parameters.");
        }

        storedMeans.CopyTo(means, 0);
        storedSpreads.CopyTo(spreads, 0);
        for (int bin = 0; bin < seen.Length; bin++)
        {
            seen[bin] = reader.Int32() is int count and >= 0
                ? count
                : throw new StateFormatException("A bin of a seasonal profile was seen less than never.");
        }
    }

    private int BinOf(long ticks) => (int)Math.Min(ticks % periodTicks / binTicks, parameters.Bins - 1);

    private void Close()
    {
        if (openCount > 0)
        {
            int bin = (int)(openBin % parameters.Bins);
            double weight = Math.Max(1.0 / (seen[bin] + 1), 1.0 / parameters.Memory);

            // A bin of which something was expected learns how far off that was; one that is new, how far its samples lie apart.
            double squares = spreadCount > 0 ? spread : openSquares / openCount;
            means[bin] += weight * (openMean - means[bin]);
            spreads[bin] += weight * (squares - spreads[bin]);
            pooledBins = Math.Min(pooledBins + 1, parameters.Memory * parameters.Bins);
            pooled += (squares - pooled) / pooledBins;
            seen[bin] = Math.Min(seen[bin] + 1, parameters.Memory);
        }

        (openCount, openMean, openSquares, spreadCount, spread) = (0, 0, 0, 0, 0);
    }
}
