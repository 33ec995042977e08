using System.Buffers;
using System.Collections.Immutable;
using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>
/// Intuition: sisters that have failed show how a unit looks when it has so and so much left. The condition speaks, not the calendar.
///
/// Method: settings are grouped into <see cref="Regimes"/> and metrics scored within them; <see cref="WearFeatures"/> say how a unit fares;
/// boosted trees learn from them what was left, capped at a ceiling. The fleet's units are dealt into five folds. Five sets of trees, each
/// learned without one fold, answer together by their mean. What each said of the fold it had not seen, against what came, gives the
/// interval: the 10 % and 90 % quantiles of those errors, by how much was said to be left.
///
/// Trap: an error measured on units the model has learned from is a fairy tale, and one measured on rows of a unit whose other rows it
/// knows is the same one. Hence folds by unit. And the interval is as wide as the fleet's past was: a new way of failing is not in it.
///
/// Source: remaining life with a ceiling after Heimes (2008); intervals by cross-conformal prediction, Vovk (2015).
/// </summary>
public sealed class FleetModel
{
    /// <summary>Parts that the units are dealt into; also the fewest units.</summary>
    public const int Folds = 5;

    /// <summary>Units × rows × columns of a fleet: the bound of what is held while it learns.</summary>
    public const long MostValues = 50_000_000;

    private const byte FormatVersion = 1;
    private const int MostRows = 30_000;
    private const int Bands = 10;
    private const double CeilingOfMedianLife = 0.6;

    private readonly Regimes regimes;
    private readonly bool usesAge;
    private readonly BoostedTrees[] parts;
    private readonly double[] bandLimits;
    private readonly double[] lows;
    private readonly double[] highs;

    private FleetModel(FleetLayout layout, Regimes regimes, bool usesAge, double ceiling)
    {
        Layout = layout;
        this.regimes = regimes;
        this.usesAge = usesAge;
        Ceiling = ceiling;
        parts = new BoostedTrees[Folds];
        bandLimits = new double[Bands];
        lows = new double[Bands];
        highs = new double[Bands];
    }

    public FleetLayout Layout { get; }

    /// <summary>Remaining life is never told beyond it.</summary>
    public double Ceiling { get; }

    /// <summary>Units it learned from.</summary>
    public int Units { get; private set; }

    /// <summary>Root mean square error on units that the answering part had not seen.</summary>
    public double CrossError { get; private set; }

    /// <summary>All that is wrong, empty when it can be learned from.</summary>
    public static IReadOnlyList<string> Validate(FleetLayout layout, IReadOnlyList<FleetHistory> fleet, FleetOptions options)
    {
        List<string> faults = [];
        if (layout.Fault() is { } layoutFault)
        {
            return ["the layout is wrong: " + layoutFault];
        }

        if (options.Fault() is { } optionFault)
        {
            faults.Add(optionFault);
        }

        if (fleet.Count < Folds)
        {
            faults.Add($"{fleet.Count} runs to failure are too few; at least {Folds} are needed");
        }

        if (fleet.Sum(unit => (long)unit.Values.Length) > MostValues)
        {
            faults.Add($"more than {MostValues} values");
        }

        faults.AddRange(fleet.Select(unit => unit.Fault(layout.Width)).OfType<string>().Take(10));
        return faults;
    }

    /// <exception cref="ArgumentException">A fault that <see cref="Validate"/> would have named.</exception>
    public static FleetModel Learn(FleetLayout layout, IReadOnlyList<FleetHistory> fleet, FleetOptions options)
    {
        if (Validate(layout, fleet, options) is { Count: > 0 } faults)
        {
            throw new ArgumentException(string.Join("; ", faults), nameof(fleet));
        }

        double[] lives = [.. fleet.Select(unit => unit.Ages[^1] - unit.Ages[0]).Order()];
        double ceiling = options.Ceiling ?? Math.Max(1e-6, lives[lives.Length / 2] * CeilingOfMedianLife);
        FleetModel model = new(layout, Regimes.Learn(layout, fleet), options.UsesAge, ceiling) { Units = fleet.Count };
        model.LearnParts(fleet, options.Rounds);
        return model;
    }

    /// <summary>What turns a unit's rows into what the model judges; one per unit.</summary>
    public WearFeatures NewUnit() => new(regimes, Layout, usesAge);

    /// <summary>Null before the unit's first row.</summary>
    public RemainingLife? Predict(WearFeatures unit)
    {
        if (double.IsNaN(unit.Age))
        {
            return null;
        }

        double[] features = new double[unit.Length];
        unit.Write(features);
        double expected = Expected(features);
        int band = BandOf(expected);
        return new RemainingLife(
            expected,
            Math.Clamp(expected + lows[band], 0, expected),
            Math.Clamp(expected + highs[band], expected, Ceiling));
    }

    /// <summary>Per metric by how much the expectation would rise if it were as usual for the fleet; never below zero.</summary>
    internal double[] GainsOf(WearFeatures unit)
    {
        double[] features = new double[unit.Length];
        unit.Write(features);
        double expected = Expected(features);
        double[] gains = new double[Layout.Metrics.Length];
        for (int i = 0; i < gains.Length; i++)
        {
            double[] usual = [.. features];
            usual.AsSpan(i * WearFeatures.PerMetric, WearFeatures.PerMetric).Clear();
            gains[i] = Math.Max(0, Expected(usual) - expected);
        }

        return gains;
    }

    /// <summary>The fleet's mean of a metric in the regime of this row.</summary>
    internal double UsualOf(ReadOnlySpan<double> row, int metric) => regimes.MeanOf(regimes.Of(row), metric);

    public byte[] ToBytes()
    {
        ArrayBufferWriter<byte> buffer = new();
        StateWriter writer = new(buffer);
        writer.Byte(FormatVersion);
        Layout.Save(writer);
        writer.Boolean(usesAge);
        writer.Double(Ceiling);
        writer.Int32(Units);
        writer.Double(CrossError);
        regimes.Save(writer);
        writer.Doubles(bandLimits);
        writer.Doubles(lows);
        writer.Doubles(highs);
        foreach (BoostedTrees part in parts)
        {
            part.Save(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="StateFormatException">The bytes are no whole model, or one of a newer version.</exception>
    public static FleetModel FromBytes(ReadOnlyMemory<byte> bytes)
    {
        StateReader reader = new(bytes);
        reader.Version(FormatVersion);
        FleetLayout layout = FleetLayout.Restore(reader);
        bool usesAge = reader.Boolean();
        double ceiling = reader.Double();
        int units = reader.Int32();
        double error = reader.Double();
        FleetModel model = new(layout, Regimes.Restore(reader, layout), usesAge, ceiling) { Units = units, CrossError = error };
        foreach (double[] table in new[] { model.bandLimits, model.lows, model.highs })
        {
            double[] stored = reader.Doubles();
            if (stored.Length != Bands || !stored.All(double.IsFinite) || !(ceiling > 0))
            {
                throw new StateFormatException("The intervals of a fleet model are damaged.");
            }

            stored.CopyTo(table, 0);
        }

        int features = model.NewUnit().Length;
        for (int i = 0; i < Folds; i++)
        {
            model.parts[i] = BoostedTrees.Restore(reader, features);
        }

        return reader.IsAtEnd ? model : throw new StateFormatException("Bytes follow a fleet model.");
    }

    private void LearnParts(IReadOnlyList<FleetHistory> fleet, int rounds)
    {
        int stride = (int)((fleet.Sum(unit => (long)unit.Count) / MostRows) + 1);
        ImmutableArray<UnitRows> units = [.. fleet.Select((unit, i) => RowsOf(unit, i % stride, stride))];
        List<(double Said, double Error)> errors = [];
        for (int fold = 0; fold < Folds; fold++)
        {
            UnitRows[] known = [.. units.Where((_, i) => i % Folds != fold)];
            BoostedTrees part = BoostedTrees.Learn(
                [.. known.SelectMany(unit => unit.Features)], [.. known.SelectMany(unit => unit.Left)], rounds);
            parts[fold] = part;
            foreach (UnitRows unit in units.Where((_, i) => i % Folds == fold))
            {
                for (int row = 0; row < unit.Left.Length; row++)
                {
                    double said = Math.Clamp(part.Value(unit.Features[row]), 0, Ceiling);
                    errors.Add((said, unit.Left[row] - said));
                }
            }
        }

        LearnIntervals(errors);
    }

    private UnitRows RowsOf(FleetHistory unit, int first, int stride)
    {
        WearFeatures wear = NewUnit();
        List<double[]> features = [];
        List<double> left = [];
        for (int row = 0; row < unit.Count; row++)
        {
            wear.Observe(unit.Ages[row], unit.Row(row, Layout.Width));
            if (row % stride == first)
            {
                double[] written = new double[wear.Length];
                wear.Write(written);
                features.Add(written);
                left.Add(Math.Min(unit.Ages[^1] - unit.Ages[row], Ceiling));
            }
        }

        return new UnitRows([.. features], [.. left]);
    }

    private void LearnIntervals(List<(double Said, double Error)> errors)
    {
        CrossError = Math.Sqrt(errors.Sum(pair => pair.Error * pair.Error) / Math.Max(1, errors.Count));
        (double Said, double Error)[] ordered = [.. errors.OrderBy(pair => pair.Said)];
        for (int band = 0; band < Bands; band++)
        {
            int begin = (int)((long)ordered.Length * band / Bands);
            int end = (int)((long)ordered.Length * (band + 1) / Bands);
            double[] sorted = [.. ordered.AsSpan(begin..end).ToArray().Select(pair => pair.Error).Order()];
            bandLimits[band] = end > begin ? ordered[end - 1].Said : Ceiling;
            lows[band] = sorted.Length > 0 ? sorted[(int)(sorted.Length * 0.1)] : 0;
            highs[band] = sorted.Length > 0 ? sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * 0.9))] : 0;
        }
    }

    private double Expected(ReadOnlySpan<double> features)
    {
        double sum = 0;
        foreach (BoostedTrees part in parts)
        {
            sum += Math.Clamp(part.Value(features), 0, Ceiling);
        }

        // The mean of equal numbers may be a rounding above them.
        return Math.Min(Ceiling, sum / parts.Length);
    }

    private int BandOf(double expected)
    {
        int band = 0;
        while (band < Bands - 1 && expected > bandLimits[band])
        {
            band++;
        }

        return band;
    }

    private sealed record UnitRows(double[][] Features, double[] Left);
}
