namespace Millwright.Core.Detection;

/// <summary>Times of an <see cref="ExpressionDetector"/>; its condition is text and stands beside the parameters.</summary>
public sealed record ExpressionParameters
{
    public const string Name = "expression";

    private const double Day = 86_400;

    private static readonly DetectorParameter DwellTime =
        new("dwell", "s", 0, 0, Day, "How long, in event time, the condition must hold before it fires.");

    private static readonly DetectorParameter ClearDwellTime =
        new("clear-dwell", "s", 0, 0, Day, "How long, in event time, the condition must not hold before it clears.");

    private ExpressionParameters()
    {
    }

    public static DetectorKind Kind { get; } = new(
        Name,
        "A rule of one's own: a condition over metrics and their windows, with units.",
        1,
        Expressions.ExpressionProgram.MaxMetrics,
        [DwellTime, ClearDwellTime]);

    public TimeSpan Dwell { get; private init; }

    public TimeSpan ClearDwell { get; private init; }

    public static ExpressionParameters From(IReadOnlyDictionary<string, double> given)
    {
        ParameterValues values = DetectorParameters.Require(Name, given);
        return new ExpressionParameters { Dwell = values.Duration(DwellTime), ClearDwell = values.Duration(ClearDwellTime) };
    }
}
