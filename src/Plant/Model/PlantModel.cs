using System.Collections.Frozen;

namespace Millwright.Plant;

/// <summary>Everything the plant's owner has written under <c>plant/</c>, validated as a whole. Immutable.</summary>
public sealed record PlantModel
{
    public static PlantModel Empty { get; } = new();

    /// <summary>Namespace of the site's assets, e.g. <c>acme.lyon</c>; empty when the model names none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>ISA-95 enterprise of the site; empty when the model names none.</summary>
    public string Enterprise { get; init; } = "";

    /// <summary>The site's name in locations; empty when the model names none.</summary>
    public string SiteName { get; init; } = "";

    /// <summary>
    /// Namespace of assets that are only known by a device name (ThingsBoard's topics); the site's unless the settings say otherwise.
    /// </summary>
    public string DeviceNamespace { get; init; } = "devices";

    /// <summary>By asset id.</summary>
    public FrozenDictionary<string, AssetDefinition> Assets { get; init; } = FrozenDictionary<string, AssetDefinition>.Empty;

    /// <summary>By type name; the ready-made types included.</summary>
    public FrozenDictionary<string, AssetTypeDefinition> Types { get; init; } = FrozenDictionary<string, AssetTypeDefinition>.Empty;

    /// <summary>By line key (<see cref="Location.LineKey"/>).</summary>
    public FrozenDictionary<string, LineDefinition> Lines { get; init; } = FrozenDictionary<string, LineDefinition>.Empty;

    /// <summary>Files <c>*.fleet</c> below the plant's folder, by their relative path: what fleets' runs to failure have taught.</summary>
    public FrozenDictionary<string, ReadOnlyMemory<byte>> FleetModels { get; init; } =
        FrozenDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>In order of precedence: the first whose topic matches decodes the message. The built-in dialects come after them.</summary>
    public IReadOnlyList<TopicRule> Rules { get; init; } = [];

    /// <summary>Whether an asset that publishes without being in the model gets an unmodelled twin (default) or is quarantined.</summary>
    public bool AcceptUnmodelled { get; init; } = true;
}
