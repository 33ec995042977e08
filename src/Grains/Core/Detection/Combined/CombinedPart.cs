namespace Millwright.Core.Detection.Combined;

/// <summary>
/// One way of looking at the asset. Its scores are told as multiples of its own limit, so that 1 means the same for every part.
/// </summary>
/// <param name="Limit">The score at which the part speaks by itself.</param>
internal sealed record CombinedPart(IDetector Detector, double Limit)
{
    public Anomaly Told(Anomaly anomaly) => anomaly with
    {
        Score = anomaly.Score / Limit,
        Threshold = anomaly.Threshold / Limit,
        Contributions = [.. anomaly.Contributions.Select(Told)],
    };

    public Decision Told(Decision decision) => decision with
    {
        Score = decision.Score / Limit,
        Threshold = decision.Threshold / Limit,
        Contributions = [.. decision.Contributions.Select(Told)],
    };

    private MetricContribution Told(MetricContribution contribution) => contribution with { Share = contribution.Share / Limit };
}
