namespace Millwright.Core.Alerting;

/// <summary>
/// How far a detector's alerts can be trusted, by what operators said of them. With few verdicts the ratio alone flatters or damns by
/// chance; Wilson's score interval says how much of it is known, and stays inside 0 to 1 where the usual one does not.
/// </summary>
/// <param name="True">Alerts judged right.</param>
/// <param name="Nuisance">Alerts judged a nuisance.</param>
/// <param name="Unsure">Alerts that nobody could judge; they count for neither side.</param>
public sealed record Precision(long True, long Nuisance, long Unsure)
{
    /// <summary>Quantile of the normal distribution for an interval that holds the true value in 95 of 100 cases.</summary>
    private const double Z = 1.959963984540054;

    public static Precision None { get; } = new(0, 0, 0);

    public long Judged => True + Nuisance;

    /// <summary>True of judged; null while nothing is judged.</summary>
    public double? Value => Judged == 0 ? null : (double)True / Judged;

    /// <summary>Lower end of the 95 % interval; null while nothing is judged.</summary>
    public double? Low => Judged == 0 ? null : Math.Max(0, Centre - HalfWidth);

    /// <summary>Upper end of the 95 % interval; null while nothing is judged.</summary>
    public double? High => Judged == 0 ? null : Math.Min(1, Centre + HalfWidth);

    private double Share => (double)True / Judged;

    private double Centre => (Share + (Z * Z / (2 * Judged))) / (1 + (Z * Z / Judged));

    private double HalfWidth =>
        Z / (1 + (Z * Z / Judged)) * Math.Sqrt((Share * (1 - Share) / Judged) + (Z * Z / (4.0 * Judged * Judged)));

    public static Precision Of(IEnumerable<Verdict> verdicts)
    {
        (long right, long nuisance, long unsure) = (0, 0, 0);
        foreach (Verdict verdict in verdicts)
        {
            right += verdict == Verdict.True ? 1 : 0;
            nuisance += verdict == Verdict.Nuisance ? 1 : 0;
            unsure += verdict == Verdict.Unsure ? 1 : 0;
        }

        return new Precision(right, nuisance, unsure);
    }
}
