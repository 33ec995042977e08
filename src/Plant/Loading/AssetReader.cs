using System.Collections.Frozen;

namespace Millwright.Plant.Loading;

internal sealed class AssetReader(PlantSite site, TypeCatalogue types, PartsReader parts, FaultList faults)
{
    private const int MaxAttributes = 256;

    private readonly Dictionary<string, (AssetDefinition Asset, string File)> assets = new(StringComparer.Ordinal);

    // Assets of one type share their list of metrics, and so what is derived of it.
    private readonly Dictionary<IReadOnlyList<MetricDefinition>, DerivedMetrics> derived = new(ReferenceEqualityComparer.Instance);

    public void Read(string name, YamlNode node, string path)
    {
        if (!NameRange.IsRange(name))
        {
            Add(name, path, ReadDefinition(name, node, path), node);
            return;
        }

        if (!NameRange.TryParse(name, out NameRange range))
        {
            faults.Add(node, path, "plant.asset.range", $"'{name}' is no range of names.",
                $"E.g. asset-{{0..499}}, at most {PlantLimits.MaxAssets} assets.");
            return;
        }

        AssetDefinition pattern = ReadDefinition(name, node, path);
        for (int n = range.First; n <= range.Last && assets.Count <= PlantLimits.MaxAssets; n++)
        {
            Add(range.Name(n), path, Substitute(pattern, name, range.Name(n), range.Number(n)), node);
        }
    }

    public FrozenDictionary<string, AssetDefinition> ToFrozen() =>
        assets.ToFrozenDictionary(a => a.Key, a => a.Value.Asset, StringComparer.Ordinal);

    private AssetDefinition ReadDefinition(string name, YamlNode node, string path)
    {
        var section = new Section(node, path, "asset", faults);
        string type = section.Text("type", "", PlantLimits.MaxName);
        AssetTypeDefinition? definition = type.Length == 0 ? null : types.Find(type);
        if (type.Length > 0 && definition is null)
        {
            section.Fault("plant.reference.unknown", "type", $"There is no type '{type}'.",
                Suggestion.For(type, types.Names, Suggestion.Choices(types.Names)));
        }

        Parts merged = parts.Read(section, definition is null ? Parts.None : TypeCatalogue.PartsOf(definition));
        DerivedMetrics metrics = Derive(merged.Metrics);
        return new AssetDefinition
        {
            Id = default,
            Type = type,
            DisplayName = section.Text("name", name.Contains(':', StringComparison.Ordinal)
                ? name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..] : name),
            Location = ReadLocation(section),
            Criticality = section.Integer("criticality", 3, 1, 5),
            Gateway = section.Text("gateway", "", PlantLimits.MaxName),
            Attributes = ReadAttributes(section),
            Metrics = metrics.Metrics,
            Blocks = metrics.Blocks,
            Detectors = merged.Detectors,
            States = merged.States,
            Meters = merged.Meters,
            Windows = merged.Windows,
            Load = merged.Load,
            Prognosis = merged.Prognosis,
            Time = merged.Time,
        };
    }

    private DerivedMetrics Derive(IReadOnlyList<MetricDefinition> metrics)
    {
        if (!derived.TryGetValue(metrics, out DerivedMetrics? found))
        {
            derived.Add(metrics, found = DerivedMetrics.Of(metrics));
        }

        return found;
    }

    private Location ReadLocation(Section owner)
    {
        Section section = owner.Child("location", "location");
        var location = new Location
        {
            Enterprise = section.Text("enterprise", site.Enterprise, PlantLimits.MaxName),
            Site = section.Text("site", site.Name, PlantLimits.MaxName),
            Area = section.Text("area", "", PlantLimits.MaxName),
            Line = section.Text("line", "", PlantLimits.MaxName),
            Cell = section.Text("cell", "", PlantLimits.MaxName),
        };
        foreach ((string key, string value) in new[]
        {
            ("enterprise", location.Enterprise), ("site", location.Site), ("area", location.Area), ("line", location.Line),
                ("cell", location.Cell),
        })
        {
            // A slash would make two different places share one line key.
            if (value.Contains('/', StringComparison.Ordinal))
            {
                section.Fault("plant.name.invalid", key, $"'{value}' contains a slash.", "Use one name per level.");
            }
        }

        if (site.Areas.Count > 0 && location.Area.Length > 0 && location.Site == site.Name && !site.Areas.Contains(location.Area))
        {
            string advice = Suggestion.For(location.Area, site.Areas, Suggestion.Choices(site.Areas));
            section.Fault("plant.reference.unknown", "area", $"The site has no area '{location.Area}'.", advice);
        }

        return location;
    }

    private static FrozenDictionary<string, string> ReadAttributes(Section owner)
    {
        Section section = owner.Child("attributes", null);
        return owner.Entries("attributes", MaxAttributes)
            .ToFrozenDictionary(a => a.Name, a => section.Text(a.Name, ""), StringComparer.Ordinal);
    }

    private void Add(string name, string path, AssetDefinition asset, YamlNode node)
    {
        string text = name.Contains(':', StringComparison.Ordinal) ? name : $"{site.Namespace}:{name}";
        if (!AssetId.TryParse(text, out AssetId id))
        {
            faults.Add(node, path, "plant.name.invalid", $"'{text}' is no asset id.",
                "namespace:name, without '/' and control characters, at most 256 characters.");
            return;
        }

        if (assets.TryGetValue(text, out (AssetDefinition Asset, string File) other))
        {
            faults.Add(node, path, "plant.asset.duplicate", $"The asset '{text}' is there twice (also in {other.File}).",
                "Keep one of them.");
            return;
        }

        if (assets.Count >= PlantLimits.MaxAssets)
        {
            faults.Add(node, path, "plant.limit", $"At most {PlantLimits.MaxAssets} assets are accepted.",
                "Split the plant over several silos' models.");
            return;
        }

        assets.Add(text, (asset with { Id = id }, node.File));
    }

    private static AssetDefinition Substitute(AssetDefinition pattern, string patternName, string name, string number)
    {
        string In(string text) => text.Replace("{n}", number, StringComparison.Ordinal);
        return pattern with
        {
            DisplayName = pattern.DisplayName == patternName ? name : In(pattern.DisplayName),
            Gateway = In(pattern.Gateway),
            Location = pattern.Location with
            {
                Area = In(pattern.Location.Area), Line = In(pattern.Location.Line), Cell = In(pattern.Location.Cell),
            },
            Attributes = pattern.Attributes.Values.Any(v => v.Contains("{n}", StringComparison.Ordinal))
                ? pattern.Attributes.ToFrozenDictionary(a => a.Key, a => In(a.Value), StringComparer.Ordinal)
                : pattern.Attributes,
        };
    }
}
