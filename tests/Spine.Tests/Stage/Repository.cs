using Millwright.Testing.Recordings;

namespace Millwright.Spine.Tests.Stage;

/// <summary>Where the repository, its build and the recordings beside it are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The recordings, which are not part of the repository.</summary>
    public static string Data { get; } = RecordedData.Folder;

    public static string PlantOf(string sample) => Path.Combine(Root, "samples", sample, "plant");

    /// <summary>A plant model of this project.</summary>
    public static string TestPlant(string name) => Path.Combine(AppContext.BaseDirectory, "plant", name);

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
