namespace Millwright.Bench.Detection;

/// <summary>
/// What others have published on the whole of each set, to stand beside our line: the tables in the README files of SKAB v0.9 and NAB v1.1.
/// A folder with a part of the set gives scores that are near those, not equal to them.
/// </summary>
internal static class Published
{
    public static IReadOnlyList<(string Name, double F1, double Far, double Mar)> SkabPoints { get; } =
    [
        ("Conv-AE", 0.78, 13.55, 28.02),
        ("MSET", 0.78, 39.73, 14.13),
        ("T-squared+Q (PCA)", 0.76, 26.62, 24.92),
        ("LSTM-AE", 0.74, 29.96, 25.92),
        ("T-squared", 0.66, 19.21, 42.6),
        ("Isolation forest", 0.29, 2.56, 82.89),
    ];

    public static IReadOnlyList<(string Name, double Standard, double LowFp, double LowFn, int False)> SkabChangePoints { get; } =
    [
        ("MSCRED", 32.42, 16.53, 40.28, 342),
        ("Isolation forest", 26.16, 19.5, 30.82, 135),
        ("T-squared+Q (PCA)", 25.35, 14.51, 31.33, 232),
        ("Conv-AE", 23.61, 21.54, 27.55, 23),
    ];

    public static IReadOnlyList<(string Name, double Standard, double LowFp, double LowFn)> Nab { get; } =
    [
        ("ARTime", 74.9, 65.1, 80.4),
        ("Numenta HTM", 70.5, 62.6, 75.2),
        ("CAD OSE", 69.9, 67.0, 73.2),
        ("earthgecko Skyline", 58.2, 46.2, 63.9),
        ("KNN CAD", 58.0, 43.4, 64.8),
        ("Random Cut Forest", 51.7, 38.4, 59.7),
    ];
}
