using System.Collections.Frozen;

namespace Millwright.Plant.Loading;

/// <summary>Puts the documents of all files together: first what others refer to, then what refers to it.</summary>
internal sealed class PlantReader(FaultList faults, Func<string, IReadOnlyDictionary<string, double>,
    IReadOnlyList<string>>? detectorFaults)
{
    private readonly PartsReader parts = new(detectorFaults);
    private readonly List<Section> documents = [];

    public void Add(YamlNode document) => documents.Add(new Section(document, "", "plant", faults));

    public PlantModel Read(IEnumerable<YamlNode> readyMade)
    {
        PlantSite site = ReadSite();
        TypeCatalogue types = ReadTypes(readyMade);
        var assets = new AssetReader(site, types, parts, faults);
        var lines = new LineReader(site, faults);
        var rules = new RuleReader(faults);
        ForEach("assets", PlantLimits.MaxAssets, assets.Read);
        ForEach("lines", PlantLimits.MaxLines, lines.Read);
        ForEach("rules", PlantLimits.MaxRules, rules.Read);
        FrozenDictionary<string, AssetDefinition> byId = assets.ToFrozen();
        lines.AddImplied(byId.Values.Select(a => a.Location));
        lines.CheckCurves(byId.Values);
        PlantModel model = new()
        {
            Namespace = site.Namespace,
            Enterprise = site.Enterprise,
            SiteName = site.Name,
            Assets = byId,
            Types = types.ResolveAll().ToFrozenDictionary(t => t.Name, StringComparer.Ordinal),
            Lines = lines.Lines.ToFrozenDictionary(StringComparer.Ordinal),
            Rules = rules.Rules,
        };
        return ReadSettings(model);
    }

    private PlantSite ReadSite()
    {
        if (Single("site") is not { } section)
        {
            if (documents.Any(d => d.Find("assets") is not null))
            {
                documents.First(d => d.Find("assets") is not null)
                    .Fault("plant.key.missing", "site", "There are assets but no site.",
                        "Write 'site: { namespace: acme.lyon, enterprise: acme, name: lyon }'.");
            }

            return new PlantSite();
        }

        string space = section.Required("namespace", "", "E.g. acme.lyon; it starts each asset id.");
        if (space.Length > 0 && !AssetId.TryParse($"{space}:x", out _))
        {
            section.Fault("plant.name.invalid", "namespace", $"'{space}' is no namespace.",
                "Letters, digits and '_', in parts joined by '.' or '-', each starting with a letter.");
        }

        PlantSite site = new()
        {
            Namespace = space,
            Enterprise = section.Text("enterprise", "", PlantLimits.MaxName),
            Name = section.Text("name", space, PlantLimits.MaxName),
            Areas = section.Texts("areas", []),
        };
        foreach ((string key, string value) in new[] { ("enterprise", site.Enterprise), ("name", site.Name) })
        {
            if (value.Contains('/', StringComparison.Ordinal))
            {
                section.Fault("plant.name.invalid", key, $"'{value}' contains a slash.", "Use one name per level.");
            }
        }

        return site;
    }

    private PlantModel ReadSettings(PlantModel model)
    {
        Section? section = Single("settings");
        string devices = section?.Text("deviceNamespace", model.Namespace) ?? model.Namespace;
        devices = devices.Length == 0 ? PlantModel.Empty.DeviceNamespace : devices;
        if (section is not null && !AssetId.TryParse($"{devices}:x", out _))
        {
            section.Fault("plant.name.invalid", "deviceNamespace", $"'{devices}' is no namespace.", "E.g. acme.devices.");
        }

        return model with { AcceptUnmodelled = section?.Flag("acceptUnmodelled", true) ?? true, DeviceNamespace = devices };
    }

    private TypeCatalogue ReadTypes(IEnumerable<YamlNode> readyMade)
    {
        var types = new TypeCatalogue(parts, faults);
        foreach (YamlNode document in readyMade)
        {
            foreach ((string name, YamlNode node, string path) in new Section(document, "", "plant", faults)
                .Entries("types", PlantLimits.MaxTypes))
            {
                types.Declare(name, node, path, isReadyMade: true);
            }
        }

        ForEach("types", PlantLimits.MaxTypes, (name, node, path) => types.Declare(name, node, path, isReadyMade: false));
        _ = types.ResolveAll();
        return types;
    }

    private Section? Single(string key)
    {
        Section? found = null;
        foreach (Section document in documents.Where(d => d.Find(key) is not null))
        {
            if (found is not null)
            {
                document.Fault("plant.key.duplicate", key, $"'{key}' is also in {found.Node.File}.", "A plant has it once.");
                continue;
            }

            found = document.Child(key, key);
        }

        return found;
    }

    private void ForEach(string key, int limit, Action<string, YamlNode, string> read)
    {
        foreach (Section document in documents)
        {
            foreach ((string name, YamlNode node, string path) in document.Entries(key, limit))
            {
                read(name, node, path);
            }
        }
    }
}
