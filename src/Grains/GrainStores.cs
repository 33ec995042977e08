namespace Millwright.Grains;

/// <summary>Names of the grain storage providers that the silo registers.</summary>
public static class GrainStores
{
    public const string Default = "millwright";
}
