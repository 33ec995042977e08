namespace Millwright.Testing.Recordings;

/// <summary>Where the recordings are: beside the repository, of which they are no part.</summary>
public static class RecordedData
{
    private const string Place = "shared/data";

    public static string Folder { get; } = Find();

    /// <summary>The folder of one set, e.g. <c>skab</c>.</summary>
    public static string Of(string set) => Path.Combine(Folder, set);

    internal static string? Absence(string set) => Directory.Exists(Of(set)) ? null : $"no recordings at {Of(set)}";

    private static string Find()
    {
        for (DirectoryInfo? above = new(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            if (Directory.Exists(Path.Combine(above.FullName, Place)))
            {
                return Path.Combine(above.FullName, Place);
            }
        }

        return Path.GetFullPath(Place);
    }
}
