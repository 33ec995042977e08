namespace Millwright.Plant.Loading;

/// <summary>Resolves types over what they extend, each once, and finds cycles.</summary>
internal sealed class TypeCatalogue(PartsReader reader, FaultList faults)
{
    private const int MaxInheritance = 16;

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => entries.Keys;

    public void Declare(string name, YamlNode node, string path, bool isReadyMade)
    {
        if (!NamedEntries.IsName(name))
        {
            faults.Add(node, path, "plant.name.invalid", $"'{name}' is no name.", $"1 to {PlantLimits.MaxName} printable characters.");
            return;
        }

        if (entries.TryGetValue(name, out Entry? existing) && !existing.IsReadyMade)
        {
            faults.Add(node, path, "plant.key.duplicate", $"The type '{name}' is also in {existing.Section.Node.File}.",
                "Keep one of them.");
            return;
        }

        // A plant may replace a ready-made type by its own of the same name, and may extend what it replaces.
        entries[name] = new Entry(new Section(node, path, "type", faults), isReadyMade) { Replaced = existing };
        if (entries.Count == PlantLimits.MaxTypes + 1)
        {
            faults.Add(node, path, "plant.limit", $"At most {PlantLimits.MaxTypes} types are accepted.");
        }
    }

    public AssetTypeDefinition? Find(string name) => entries.TryGetValue(name, out Entry? entry) ? Resolve(name, entry, 0) : null;

    public IEnumerable<AssetTypeDefinition> ResolveAll() => [.. entries.Select(e => Resolve(e.Key, e.Value, 0))];

    public static Parts PartsOf(AssetTypeDefinition type) => new()
    {
        Metrics = type.Metrics, Detectors = type.Detectors, States = type.States, Meters = type.Meters, Windows = type.Windows,
            Load = type.Load, Prognosis = type.Prognosis, Time = type.Time,
    };

    private AssetTypeDefinition Resolve(string name, Entry entry, int depth)
    {
        if (entry.Resolved is not null)
        {
            return entry.Resolved;
        }

        string extends = entry.Section.Text("extends", "", PlantLimits.MaxName);
        Parts inherited = Parts.None;
        entry.IsResolving = true;
        if (extends.Length > 0)
        {
            inherited = Inherit(name, entry, extends, depth);
        }

        _ = entry.Section.Text("description", "");
        Parts parts = reader.Read(entry.Section, inherited);
        entry.IsResolving = false;
        return entry.Resolved = new AssetTypeDefinition
        {
            Name = name,
            Extends = extends,
            Metrics = parts.Metrics,
            Detectors = parts.Detectors,
            States = parts.States,
            Meters = parts.Meters,
            Windows = parts.Windows,
            Load = parts.Load,
            Prognosis = parts.Prognosis,
            Time = parts.Time,
        };
    }

    private Parts Inherit(string name, Entry entry, string extends, int depth)
    {
        Entry? parent = extends == name && entry.Replaced is not null ? entry.Replaced : entries.GetValueOrDefault(extends);
        if (parent is null)
        {
            entry.Section.Fault("plant.reference.unknown", "extends", $"There is no type '{extends}'.",
                Suggestion.For(extends, Names, Suggestion.Choices(Names)));
            return Parts.None;
        }

        if (parent.IsResolving || depth >= MaxInheritance)
        {
            string message = parent.IsResolving ? $"'{name}' extends itself by way of '{extends}'."
                : $"More than {MaxInheritance} types extend each other.";
            entry.Section.Fault("plant.type.cycle", "extends", message, "Break the chain at one of its types.");
            return Parts.None;
        }

        return PartsOf(Resolve(extends, parent, depth + 1));
    }

    private sealed record Entry(Section Section, bool IsReadyMade)
    {
        public Entry? Replaced { get; init; }

        public AssetTypeDefinition? Resolved { get; set; }

        public bool IsResolving { get; set; }
    }
}
