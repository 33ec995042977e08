namespace Millwright.Browser.Tests;

/// <summary>Where things lie in the working copy that this test was built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The silo of the same configuration and framework as this test.</summary>
    public static string BuiltSilo
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            string path = Path.Combine(Root, "src", "Silo", "bin", framework.Parent!.Name, framework.Name, "Millwright.Silo.dll");
            return File.Exists(path) ? path : throw new FileNotFoundException("The silo is not built: dotnet build src/Silo.", path);
        }
    }

    public static string Screenshot(string name) => Path.Combine(Root, "artifacts", "screenshots", name + ".png");

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Streaming.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("No Streaming.sln above the tests.");
    }
}
