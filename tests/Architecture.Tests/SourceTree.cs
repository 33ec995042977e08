using System.Runtime.CompilerServices;

namespace Millwright.Architecture.Tests;

/// <summary>The checked-out sources, found from this file's own place.</summary>
internal static class SourceTree
{
    public static string Root { get; } = Find();

    public static IEnumerable<string> Files(string pattern, params string[] folders) =>
        folders.Select(f => Path.Combine(Root, f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, pattern, SearchOption.AllDirectories))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    public static string Relative(string file) => Path.GetRelativePath(Root, file);

    private static string Find([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
