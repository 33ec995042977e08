namespace Millwright.Core.Windows;

/// <summary>What kinds of windows have in common.</summary>
public static class WindowKinds
{
    // By number.
    private static readonly string[] Names =
        ["tumbling", "hopping", "session", "sliding", "count", "state", "tumbling-by-state", "hopping-by-state"];

    /// <summary>As people, the API and the store write it.</summary>
    public static string Text(this WindowKind kind) => Names[(int)kind];

    /// <summary>
    /// Computed instant by instant in event time, behind the watermark, because order or operating state matter; the others take a sample
    /// when it comes.
    /// </summary>
    public static bool IsOrdered(this WindowKind kind) => kind >= WindowKind.Sliding;

    /// <summary>Its results are stored. The others have a result at each sample, and only the present one can be read.</summary>
    public static bool IsStored(this WindowKind kind) => kind is not (WindowKind.Sliding or WindowKind.Count);

    /// <summary>Its length is a result and no part of what makes it the same window.</summary>
    public static bool HasOwnLength(string kind) => kind is "session" or "state";
}
