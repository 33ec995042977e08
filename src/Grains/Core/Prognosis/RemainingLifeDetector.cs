using System.Collections.Immutable;
using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Core.Prognosis;

/// <summary>
/// Intuition: the fleet's model says how much is left; when that is little, somebody should know while parts can still be ordered.
///
/// Method: an instant at which the age has grown is a row of the unit's life, each metric with its newest value; rows go to the model. The
/// score is the share of the ceiling that is used up; it fires when the expected remaining life is at or below the warning, and ends a
/// fifth above it. An age that falls back is a unit that was renewed: a new life begins. Contributions: by how much the expectation would
/// rise if a metric were as usual for the fleet, scaled to the score. The remaining age becomes time by the unit's own pace so far.
///
/// Trap: a row is complete only when its instant is over; judged at the first metric of it, the others would be of the row before.
///
/// Source: see <see cref="FleetModel"/>.
/// </summary>
public sealed class RemainingLifeDetector : IDetector, ILearnsAsAWhole, IForecasts
{
    public const string Kind = "remaining-life";

    private const byte StateVersion = 1;

    /// <summary>An expectation that trembles about the warning is one finding.</summary>
    private const double EndFactor = 1.2;

    /// <summary>A warning nearer to the ceiling could not end.</summary>
    public const double MostOfCeiling = 0.8;

    private readonly FleetModel model;
    private readonly int[] columns;
    private readonly double threshold;
    private readonly double[] values;
    private readonly bool[] isHeard;
    private WearFeatures unit;
    private long openTicks = long.MinValue;
    private double firstAge = double.NaN;
    private DateTimeOffset firstAt;
    private DateTimeOffset judgedAt;
    private RemainingLife? left;
    private bool isActive;

    /// <param name="columns">Metric indices in the order of the model's layout: age, settings, metrics.</param>
    /// <param name="warning">Remaining life at and below which it fires, in the unit of age; below the model's ceiling.</param>
    public RemainingLifeDetector(DetectorIdentity identity, IReadOnlyList<int> columns, FleetModel model, double warning)
    {
        Invariant.Holds(columns.Count == model.Layout.Width + 1 && warning > 0 && warning <= model.Ceiling * MostOfCeiling);
        Identity = identity;
        this.model = model;
        this.columns = [.. columns];
        threshold = 1 - (warning / model.Ceiling);
        values = new double[columns.Count];
        isHeard = new bool[columns.Count];
        unit = model.NewUnit();
    }

    public DetectorIdentity Identity { get; }

    private double Score => left is { } life ? 1 - (life.Expected / model.Ceiling) : double.NaN;

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        int column = Array.IndexOf(columns, observation.Metric);
        if (column < 0 || !(Math.Abs(observation.Value) <= WearFeatures.LargestValue))
        {
            return;
        }

        long ticks = observation.EventTime.UtcTicks;
        if (ticks > openTicks)
        {
            CloseInstant(findings);
            openTicks = ticks;
        }

        values[column] = observation.Value;
        isHeard[column] = true;
    }

    /// <summary>Within the open instant the order does not matter.</summary>
    public bool Joins(in Observation observation, in DetectionContext context) => observation.EventTime.UtcTicks == openTicks;

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        if (isActive)
        {
            isActive = false;
            findings.Add(Verdict(eventTime, 0, []));
        }
    }

    public ComponentForecast? Forecast()
    {
        if (left is not { } life)
        {
            return null;
        }

        double hours = (judgedAt - firstAt).TotalHours;
        double pace = hours > 0 ? (unit.Age - firstAge) / hours : 0;

        // An end at the ceiling means "this or more": that is no interval of time.
        bool isInSight = pace > 0 && life.P90 < model.Ceiling;
        DateTimeOffset? In(double age) =>
            isInSight && age / pace < TimeSpan.MaxValue.TotalHours / 1000 ? judgedAt.AddHours(age / pace) : null;
        return new ComponentForecast
        {
            Component = Identity.Id,
            Kind = Kind,
            At = judgedAt,
            Indicator = Score,
            Limit = 1,
            Crosses = "failure",
            P10 = In(life.P10),
            P50 = In(life.Expected),
            P90 = In(life.P90),
            Remaining = life,
            RemainingUnit = model.Layout.Age,
        };
    }

    public Decision? DecisionOf(int metric) => metric != -1 || left is null ? null : new Decision
    {
        Detector = Identity,
        Metric = -1,
        EventTime = judgedAt,
        Score = Score,
        Threshold = threshold,
        Verdict = isActive ? DecisionVerdict.Active : DecisionVerdict.Quiet,
        Contributions = Contributions(),
    };

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Int64(openTicks);
        writer.Double(firstAge);
        writer.Instant(firstAt);
        writer.Instant(judgedAt);
        writer.Boolean(isActive);
        writer.Boolean(left is not null);
        RemainingLife life = left ?? default;
        writer.Double(life.Expected);
        writer.Double(life.P10);
        writer.Double(life.P90);
        writer.Doubles(values);
        foreach (bool heard in isHeard)
        {
            writer.Boolean(heard);
        }

        unit.Save(writer);
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        openTicks = reader.Int64();
        firstAge = reader.Double();
        firstAt = reader.Instant();
        judgedAt = reader.Instant();
        isActive = reader.Boolean();
        bool hasLeft = reader.Boolean();
        RemainingLife life = new(reader.Double(), reader.Double(), reader.Double());
        left = hasLeft ? life : null;
        double[] stored = reader.Doubles();
        if (stored.Length != values.Length)
        {
            throw new StateFormatException("The row of a unit does not fit its fleet's model.");
        }

        stored.CopyTo(values, 0);
        for (int i = 0; i < isHeard.Length; i++)
        {
            isHeard[i] = reader.Boolean();
        }

        unit = model.NewUnit();
        unit.Restore(reader);
    }

    private void CloseInstant(ICollection<Anomaly> findings)
    {
        double age = values[0];
        if (!Array.TrueForAll(isHeard, heard => heard) || age == unit.Age)
        {
            return;
        }

        judgedAt = new DateTimeOffset(openTicks, TimeSpan.Zero);
        if (!(age > unit.Age))
        {
            // Also the very first row, whose predecessor's age is no number.
            End(judgedAt, findings);
            unit = model.NewUnit();
            (firstAge, firstAt) = (age, judgedAt);
        }

        unit.Observe(age, values.AsSpan(1));
        left = model.Predict(unit);
        Judge(findings);
    }

    private void Judge(ICollection<Anomaly> findings)
    {
        double score = Score;
        bool isOut = score >= (isActive ? 1 - ((1 - threshold) * EndFactor) : threshold);
        if (isOut != isActive)
        {
            isActive = isOut;
            findings.Add(Verdict(judgedAt, score, Contributions()) with { Forecast = isOut ? Forecast() : null });
        }
    }

    private ImmutableArray<MetricContribution> Contributions()
    {
        double[] gains = model.GainsOf(unit);
        double sum = gains.Sum();
        int first = 1 + model.Layout.Settings.Length;
        List<MetricContribution> contributions = [new(columns[0], values[0], firstAge, sum > 0 ? 0 : Score)];
        for (int i = 0; i < gains.Length; i++)
        {
            double share = sum > 0 ? Score * gains[i] / sum : 0;
            contributions.Add(new(columns[first + i], values[first + i], model.UsualOf(values.AsSpan(1), i), share));
        }

        return [.. contributions.OrderByDescending(contribution => contribution.Share)];
    }

    private Anomaly Verdict(DateTimeOffset at, double score, ImmutableArray<MetricContribution> contributions) => new()
    {
        Detector = Identity,
        Metric = -1,
        IsRaised = isActive,
        EventTime = at,
        Score = score,
        Threshold = threshold,
        WindowStart = contributions.IsEmpty ? at : firstAt,
        WindowEnd = at,
        Completeness = 1,
        Contributions = contributions,
    };
}
