namespace Millwright.Plant;

/// <summary>Bounds of what a plant's files may ask for.</summary>
public static class PlantLimits
{
    public const int MaxFiles = 1_000;

    public const int MaxFileBytes = 4 * 1024 * 1024;

    public const long MaxTotalBytes = 64L * 1024 * 1024;

    /// <summary>Nesting of mappings and lists.</summary>
    public const int MaxDepth = 32;

    /// <summary>Scalars, lists and mappings in one file.</summary>
    public const int MaxNodes = 500_000;

    public const int MaxAssets = 100_000;

    public const int MaxTypes = 2_000;

    public const int MaxLines = 10_000;

    public const int MaxRules = 1_000;

    /// <summary>Per asset or type.</summary>
    public const int MaxMetrics = 1_000;

    /// <summary>Per asset or type.</summary>
    public const int MaxDetectors = 256;

    /// <summary>Per asset or type, of states, meters and windows each.</summary>
    public const int MaxParts = 64;

    public const int MaxName = 128;

    /// <summary>Faults reported; one wrong indentation can make thousands.</summary>
    public const int MaxFaults = 1_000;

    public const int MaxFleetModels = 64;
    public const int MaxFleetModelBytes = 16 << 20;
}
