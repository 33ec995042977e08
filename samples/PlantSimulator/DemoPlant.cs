namespace Millwright.Simulation;

/// <summary>The plant model of the demo, which the build copies beside the assembly.</summary>
public static class DemoPlant
{
    /// <summary>Folder with the YAML files; independent of the working directory.</summary>
    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "demo", "plant");
}
