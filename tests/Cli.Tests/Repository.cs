using Millwright.Testing.Recordings;

namespace Millwright.Cli.Tests;

/// <summary>Where the repository and the recordings beside it are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Samples { get; } = Path.Combine(Root, "samples");

    public static string Data { get; } = RecordedData.Folder;

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Streaming.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Streaming.sln is in no folder above the tests.");
    }
}
