using Millwright.Core.Detection.Levels;
using Millwright.Core.Detection.Novelty;
using Millwright.Core.State;

namespace Millwright.Core.Detection.Combined;

/// <summary>
/// Intuition: nobody has said what could go wrong with this asset. Two questions are always right: did a metric do what it never did, and
/// did the asset leave its levels and not come back?
///
/// Method: <see cref="NoveltyDetector"/> looks at each metric alone, <see cref="JointLevelDetector"/> at all of them if there are several.
/// The score is the largest of the parts' scores over their limits, per subject: a metric, or the metrics together. What a part finds is
/// told in its own words: its contributions, its baseline, its counterfactual.
///
/// Trap: parts that are each right once a month are together wrong every day. Hence there are few, and a metric among others must be newer
/// to speak than one alone, whose only witness it is: with others the faults that last are the level's to tell.
///
/// Source: maximum of calibrated scores as in the ensembles of Aggarwal and Sathe (2017).
/// </summary>
public sealed class CombinedDetector : IDetector, ILearnsAsAWhole
{
    private const byte StateVersion = 1;

    /// <summary>
    /// Novelty at which a metric among others speaks; one that is alone speaks at the kind's default. There is no more than 12: twice this.
    /// </summary>
    private const double CompanyLimit = 6;

    private static readonly double LoneLimit = LimitOf(NoveltyParameters.Kind);
    private static readonly double LevelLimit = LimitOf(JointLevelParameters.Kind);

    private readonly CombinedPart[] parts;
    private readonly List<Anomaly> found = [];

    public CombinedDetector(DetectorIdentity identity, IReadOnlyList<int> metrics, CombinedParameters parameters)
    {
        Identity = identity;
        WatchedMetrics watched = new(metrics, CombinedParameters.Kind);
        double novelty = watched.Count == 1 ? LoneLimit : CompanyLimit;
        CombinedPart alone = new(new NoveltyDetector(identity, metrics, NoveltyOf(novelty * parameters.Threshold)), novelty);

        // The first metrics of the table when there are too many: an arbitrary choice, but the same one in every replay.
        parts = watched.Count == 1
            ? [alone]
            : [alone, new(new JointLevelDetector(identity, [.. watched.ToImmutable().Take(JointLevelParameters.MaxMetrics)],
                LevelOf(parameters)), LevelLimit)];
    }

    public DetectorIdentity Identity { get; }

    public void Observe(in Observation observation, in DetectionContext context, ICollection<Anomaly> findings)
    {
        foreach (CombinedPart part in parts)
        {
            part.Detector.Observe(observation, context, found);
            Tell(part, findings);
        }
    }

    public bool Joins(in Observation observation, in DetectionContext context)
    {
        foreach (CombinedPart part in parts)
        {
            if (!part.Detector.Joins(observation, context))
            {
                return false;
            }
        }

        return true;
    }

    public void Advance(DateTimeOffset now, in DetectionContext context, ICollection<Anomaly> findings)
    {
    }

    public void End(DateTimeOffset eventTime, ICollection<Anomaly> findings)
    {
        foreach (CombinedPart part in parts)
        {
            ((IEndsAnomalies)part.Detector).End(eventTime, found);
            Tell(part, findings);
        }
    }

    public Decision? DecisionOf(int metric)
    {
        foreach (CombinedPart part in parts)
        {
            if (part.Detector.DecisionOf(metric) is { } decision)
            {
                return part.Told(decision);
            }
        }

        return null;
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Int32(parts.Length);
        foreach (CombinedPart part in parts)
        {
            part.Detector.Save(writer);
        }
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        if (reader.Int32() is int count && count != parts.Length)
        {
            throw new StateFormatException($"A combined detector of {parts.Length} parts cannot take the state of one of {count}.");
        }

        foreach (CombinedPart part in parts)
        {
            part.Detector.Restore(reader);
        }
    }

    private void Tell(CombinedPart part, ICollection<Anomaly> findings)
    {
        foreach (Anomaly anomaly in found)
        {
            findings.Add(part.Told(anomaly));
        }

        found.Clear();
    }

    private static double LimitOf(DetectorKind kind) => kind.Parameters.First(parameter => parameter.Name == "threshold").Default ?? 1;

    private static NoveltyParameters NoveltyOf(double threshold) =>
        NoveltyParameters.From(new Dictionary<string, double> { ["threshold"] = threshold });

    private static JointLevelParameters LevelOf(CombinedParameters parameters) => JointLevelParameters.From(
        new Dictionary<string, double> { ["threshold"] = LevelLimit * parameters.Threshold, ["longest"] = parameters.Longest });
}
