using Millwright.Core.Twins;
using Millwright.Core.Windows;

namespace Millwright.Grains.Tests.Core.Windows;

/// <summary>Short spellings for the tables of window tests.</summary>
internal static class WindowRuns
{
    public static TimeRule Time(double disorder = 0, double lateness = 300) => new()
    {
        Disorder = TimeSpan.FromSeconds(disorder),
        AllowedLateness = TimeSpan.FromSeconds(lateness),
        MaxClockSkew = TimeSpan.FromDays(3650),
        IdleTimeout = TimeSpan.FromDays(1),
    };

    public static WindowRule Tumbling(double size, double offset = 0) =>
        new() { Kind = WindowKind.Tumbling, Size = TimeSpan.FromSeconds(size), Offset = TimeSpan.FromSeconds(offset) };

    public static WindowRule Hopping(double size, double hop) =>
        new() { Kind = WindowKind.Hopping, Size = TimeSpan.FromSeconds(size), Hop = TimeSpan.FromSeconds(hop) };

    public static WindowRule Session(double gap) => new() { Kind = WindowKind.Session, Gap = TimeSpan.FromSeconds(gap) };

    public static TwinSample Sample(double seconds, double value = 1, int metric = 0) => new(metric, Moments.At(seconds), Moments.Start, value);

    /// <summary>Start and end in seconds, revision and count: what most tables compare.</summary>
    public static string[] Lines(IEnumerable<ClosedWindow> windows) =>
        [.. windows.Select(w => FormattableString.Invariant(
            $"{(w.Start - Moments.Start).TotalSeconds}..{(w.End - Moments.Start).TotalSeconds:0.#######} r{w.Revision} n{w.Aggregate.Count} s{w.Aggregate.Sum}{(w.IsRetracted ? " retracted" : "")}"))];
}
