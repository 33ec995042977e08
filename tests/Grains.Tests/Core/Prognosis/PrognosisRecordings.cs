namespace Millwright.Core.Prognosis;

/// <summary>The recordings lie beside the repository and are not part of it.</summary>
internal static class PrognosisRecordings
{
    /// <summary>Null when it is not there.</summary>
    public static string? Folder(params string[] path)
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        string folder = Path.Combine(["shared", "data", .. path]);
        while (root is not null && !Directory.Exists(Path.Combine(root.FullName, folder)))
        {
            root = root.Parent;
        }

        return root is null ? null : Path.Combine(root.FullName, folder);
    }
}
