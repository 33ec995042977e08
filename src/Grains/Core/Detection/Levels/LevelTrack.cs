using Millwright.Core.State;

namespace Millwright.Core.Detection.Levels;

/// <summary>
/// One metric against its own past. The means over its last 4, 10 and 25 cells are compared with its level, each in units of how far such a
/// mean usually moves within <see cref="Span"/> cells.
///
/// Trap: a temperature wanders, and where it was an hour ago says nothing of where it should be. A metric whose means move much more than
/// its noise explains has hardly a level to leave; its deviations are discounted by the cube of that excess, down to a third. And a
/// deviation must be new: what crept away over many spans is drift, and the level follows it.
/// </summary>
internal sealed class LevelTrack
{
    /// <summary>Cells over which changes are measured: how far a mean usually moves, and whether a deviation is new.</summary>
    public const int Span = 50;

    /// <summary>Smallest movement it believes in, as a share of the level's size.</summary>
    private const double MovementFloor = 0.001;

    /// <summary>Below it doubles near 1 stop being neighbours.</summary>
    private const double AbsoluteFloor = 1e-9;

    /// <summary>By so many times its noise a mean moves before that is wandering: noise of real sensors is not independent.</summary>
    private const double FreeWander = 1.7;

    /// <summary>A wandering metric is still judged: three times further out than the others is out.</summary>
    private const double MostDiscount = 3;

    /// <summary>From a mean size of differences to the standard deviation, of a bell curve.</summary>
    private const double DifferenceToNoise = 1 / 1.128;
    private const double SizeToDeviation = 1.2533;
    private const double DifferenceToDeviation = SizeToDeviation / 1.4142;

    /// <summary>Cells before a scale is clipped against itself.</summary>
    private const int YoungNoise = 30;
    private const int YoungMovement = 40;
    private const double NoiseClip = 4;
    private const double MovementClip = 3;

    private readonly CellRing ring = new();
    private readonly double[] deviations = new double[Windows.Length];
    private readonly double[] scales = new double[Windows.Length];

    /// <summary>Of the cell being judged, to judge it again with another value; no part of the state.</summary>
    private double noiseBefore;
    private double lowest;
    private double highest;
    private bool isFirst;

    /// <summary>Short ones for large shifts, long ones for small.</summary>
    public static ReadOnlySpan<int> Windows => [4, 10, 25];

    /// <summary>How far it lies from its level, in units of its usual movement; signed. 0 when not judged.</summary>
    public double Deviance { get; private set; }

    /// <summary>Mean over the window that deviates most.</summary>
    public double Observed { get; private set; }

    public double Level { get; private set; }

    /// <summary>The window that deviates most.</summary>
    public int Window { get; private set; }

    /// <summary>Cells since it last spoke.</summary>
    public int Silence { get; private set; }

    public bool HasSpoken => ring.Count > 0;

    public double DeviationOf(int window) => deviations[window];

    public double ScaleOf(int window) => scales[window];

    /// <summary>Starts anew in another operating state: what came before is no neighbour of what comes.</summary>
    public void Break()
    {
        ring.Clear();
        Forget();
    }

    /// <param name="isAwaited">Where it was last is true until it says that it is back.</param>
    public void BeSilent(int carry, bool isAwaited)
    {
        Silence = Math.Min(Silence + 1, carry + 1);
        if (Silence > carry && !isAwaited)
        {
            Forget();
        }
    }

    /// <summary>Takes a cell and measures how far it is out. Nothing is learned yet but the noise.</summary>
    /// <param name="isShifted">While the asset is out a deviation need not be new.</param>
    /// <param name="reach">How far, in scales, one cell may lie from the level: a wild one is no level, a second one is.</param>
    public void Take(double cell, LevelBaseline baseline, int memory, bool isShifted, double reach)
    {
        Silence = 0;
        lowest = baseline.Level - (reach * scales[0]);
        highest = baseline.Level + (reach * scales[0]);
        double value = Math.Clamp(cell, lowest, highest);
        if (baseline.Cells == 0)
        {
            baseline.Level = value;
        }

        baseline.Cells = Math.Min(baseline.Cells + 1, int.MaxValue - 1);
        noiseBefore = baseline.Noise;
        isFirst = ring.Count == 0;
        ring.Add(value);
        baseline.Noise = NoiseWith(value, noiseBefore, baseline, memory);
        Measure(baseline, isShifted);
    }

    /// <summary>
    /// The value of the newest cell nearest to the real one that some window's return to the level suggests and that keeps the deviance
    /// within <paramref name="room"/>. Asked before the cell is learned, and only when something will be said; changes nothing.
    /// </summary>
    public bool TryMoveInside(LevelBaseline baseline, int memory, double room, out double inside)
    {
        double actual = ring.Newest;
        double noise = baseline.Noise;
        (double deviance, double observed, int window) = (Deviance, Observed, Window);
        bool IsInside(double value)
        {
            ring.Newest = value;
            baseline.Noise = NoiseWith(value, noiseBefore, baseline, memory);
            Measure(baseline, isShifted: false);
            return Math.Abs(Deviance) < room;
        }

        bool isFound = false;
        inside = actual;
        for (int length = 1; length <= Windows[^1] && !isFound; length++)
        {
            inside = Math.Clamp(actual - (length * (Observed - baseline.Level)), lowest, highest);
            isFound = IsInside(inside);
            (Deviance, Observed, Window) = (deviance, observed, window);
        }

        inside = isFound ? Nearest(inside, actual, IsInside) : actual;
        ring.Newest = actual;
        baseline.Noise = noise;
        Measure(baseline, isShifted: false);
        return isFound;
    }

    /// <summary>In the warm-up nothing is normal yet: where it stays is its level.</summary>
    public void Settle(LevelBaseline baseline, double threshold, int patience)
    {
        baseline.FarCells = baseline.Cells > YoungNoise && Math.Abs(Deviance) >= threshold ? baseline.FarCells + 1 : 0;
        if (baseline.FarCells > patience)
        {
            baseline.FarCells = 0;
            Anchor(baseline, Windows.Length - 1);
        }
    }

    /// <summary>Where it is now is its level.</summary>
    public void Anchor(LevelBaseline baseline, int window)
    {
        baseline.Level = ring.Mean(Windows[window], 0);
        baseline.LevelCells = Windows[window];
    }

    /// <param name="levelShare">Share of the usual weight with which the level learns.</param>
    /// <param name="movementShare">And with which its movements do.</param>
    public void Learn(LevelBaseline baseline, int memory, double levelShare, double movementShare)
    {
        double step = levelShare < 1 ? levelShare / memory : 1.0 / Math.Min(baseline.LevelCells + 1, memory);
        baseline.Level += step * (ring.Newest - baseline.Level);
        if (levelShare >= 1)
        {
            baseline.LevelCells = Math.Min(baseline.LevelCells + 1, memory);
        }

        if (ring.Count <= Span + (2 * Windows[0]))
        {
            return;
        }

        baseline.MovementCells = Math.Min(baseline.MovementCells + 1, memory);
        double weight = movementShare / baseline.MovementCells;
        for (int window = 0; window < Windows.Length; window++)
        {
            if (ring.Count >= Windows[window] + Span)
            {
                double moved = Math.Abs(ring.Mean(Windows[window], 0) - ring.Mean(Windows[window], Span)) * DifferenceToDeviation;
                double known = baseline.Movements[window];
                double clip = baseline.MovementCells > YoungMovement ? MovementClip * Math.Max(known, AbsoluteFloor) : moved;
                baseline.Movements[window] = known + (weight * (Math.Min(moved, clip) - known));
            }
        }
    }

    public void Save(StateWriter writer)
    {
        ring.Save(writer);
        writer.Double(Deviance);
        writer.Double(Observed);
        writer.Double(Level);
        writer.Int32(Window);
        writer.Int32(Silence);
        writer.Doubles(deviations);
        writer.Doubles(scales);
    }

    public void Restore(StateReader reader)
    {
        ring.Restore(reader);
        Deviance = reader.Double();
        Observed = reader.Double();
        Level = reader.Double();
        Window = reader.Int32();
        Silence = reader.Int32();
        double[] storedDeviations = reader.Doubles();
        double[] storedScales = reader.Doubles();
        bool isWhole = storedDeviations.Length == Windows.Length && storedScales.Length == Windows.Length;
        if (!isWhole || (uint)Window >= Windows.Length || Silence < 0)
        {
            throw new StateFormatException("A stored level track does not have its windows.");
        }

        storedDeviations.CopyTo(deviations, 0);
        storedScales.CopyTo(scales, 0);
    }

    /// <summary>Every step is judged anew, so whatever the deviance looks like between the two, what is returned lies inside.</summary>
    private static double Nearest(double inside, double outside, Func<double, bool> isInside)
    {
        const int HalvingSteps = 16;
        for (int step = 0; step < HalvingSteps; step++)
        {
            double middle = (inside / 2) + (outside / 2);
            (inside, outside) = isInside(middle) ? (middle, outside) : (inside, middle);
        }

        return inside;
    }

    private double NoiseWith(double value, double before, LevelBaseline baseline, int memory)
    {
        if (isFirst)
        {
            return before;
        }

        double difference = Math.Abs(value - ring.SecondNewest) * DifferenceToNoise;
        double clip = before > 0 && baseline.Cells > YoungNoise ? NoiseClip * before : difference;
        return before + ((Math.Min(difference, clip) - before) / Math.Min(baseline.Cells, memory));
    }

    private void Forget()
    {
        Deviance = 0;
        Array.Clear(deviations);
        Array.Fill(scales, double.PositiveInfinity);
    }

    private void Measure(LevelBaseline baseline, bool isShifted)
    {
        Deviance = 0;
        Window = 0;
        Level = baseline.Level;
        Observed = ring.Newest;
        double floor = Math.Max(MovementFloor * Math.Abs(baseline.Level), AbsoluteFloor);
        for (int window = 0; window < Windows.Length; window++)
        {
            int length = Windows[window];
            double mean = ring.Mean(length, 0);
            deviations[window] = mean - baseline.Level;
            scales[window] = Scale(baseline, window, floor);
            double fresh = isShifted || ring.Count < length + Span
                ? deviations[window]
                : Fresh(deviations[window], mean - ring.Mean(length, Span));
            double deviance = Math.Clamp(fresh / scales[window], -Finding.MaxScore, Finding.MaxScore);
            if (Math.Abs(deviance) > Math.Abs(Deviance))
            {
                (Deviance, Observed, Window) = (deviance, mean, window);
            }
        }
    }

    /// <summary>Of a deviation the part that came about within the span.</summary>
    private static double Fresh(double deviation, double change) =>
        change * deviation <= 0 ? 0 : Math.Abs(change) < Math.Abs(deviation) ? change : deviation;

    private static double Scale(LevelBaseline baseline, int window, double floor)
    {
        int length = Windows[window];
        double noise = baseline.Noise / Math.Sqrt(length);
        double movement = baseline.Movements[window];

        // Means of few cells: the level itself is uncertain.
        double youth = Math.Sqrt(1 + ((double)length / (baseline.LevelCells + 1)));
        double excess = Math.Max(1, movement / Math.Max(noise, AbsoluteFloor) / FreeWander);
        double discount = Math.Min(excess * excess * excess, MostDiscount);
        return Math.Max(Math.Max(movement, noise), floor) * discount * youth;
    }
}
