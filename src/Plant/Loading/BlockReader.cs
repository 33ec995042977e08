namespace Millwright.Plant.Loading;

/// <summary>Reads what is derived from a metric that comes as blocks.</summary>
internal static class BlockReader
{
    private const double MaxRate = 10_000_000;

    /// <summary>
    /// What is written replaces the inherited definition as a whole: half of an old one would be a third, which nobody wrote.
    /// </summary>
    public static BlockDefinition? Read(Section metric, string name, BlockDefinition? inherited)
    {
        if (metric.Find("derive") is null)
        {
            return inherited;
        }

        Section section = metric.Child("derive", "derive");
        bool isCurve = section.Choice("kind", "vibration", ["vibration", "curve"]) == "curve";
        Section envelope = section.Child("envelope", "envelope");
        double? rate = section.Number("rate", null, 1e-3, MaxRate);
        var definition = new BlockDefinition
        {
            Metric = name,
            Kind = isCurve ? BlockKind.Curve : BlockKind.Vibration,
            Rate = rate,
            Bands = ReadBands(section, rate),
            Carrier = envelope.Find("carrier") is { } carrier
                ? ReadBand(envelope, "carrier", carrier, envelope.PathOf("carrier"), rate)
                : null,
            EnvelopeBands = ReadBands(envelope, rate),
            Angle = section.Text("angle", "", PlantLimits.MaxName),
            Version = section.Text("version", "1", PlantLimits.MaxName),
        };
        Check(section, envelope, definition);
        return definition.Settled();
    }

    private static void Check(Section section, Section envelope, BlockDefinition definition)
    {
        bool isCurve = definition.Kind == BlockKind.Curve;
        foreach (string key in isCurve ? ["rate", "bands", "envelope"] : new[] { "angle" })
        {
            if (section.Find(key) is not null)
            {
                section.Fault("plant.key.unknown", key, $"'{key}' is no key of {(isCurve ? "a curve" : "a vibration")}.", "Remove it.");
            }
        }

        if (isCurve && definition.Angle.Length == 0)
        {
            section.Fault("plant.key.missing", "angle", "'angle' is missing.", "Name the metric with the angle of each point.");
        }

        if (section.Find("envelope") is not null && (definition.Carrier is null || definition.EnvelopeBands.Count == 0))
        {
            envelope.Fault("plant.key.missing", definition.Carrier is null ? "carrier" : "bands", "An envelope has a carrier and bands.",
                "E.g. envelope: { carrier: [2000, 8000], bands: { bpfo: [160, 176] } }.");
        }

        foreach (string name in definition.Names.Append(definition.VersionName).Where(n => n.Length > PlantLimits.MaxName))
        {
            section.Fault("plant.name.invalid", "bands", $"'{name}' is too long.", $"At most {PlantLimits.MaxName} characters.");
        }

        if (definition.Version.Length == 0)
        {
            section.Fault("plant.value.range", "version", "The version is empty.", "Write a number or a text.");
        }
    }

    private static List<BlockBand> ReadBands(Section owner, double? rate)
    {
        var bands = new List<BlockBand>();
        foreach ((string name, YamlNode node, string path) in owner.Entries("bands", BlockDefinition.MaxBands))
        {
            if (!NamedEntries.IsName(name))
            {
                owner.Faults.Add(node, path, "plant.name.invalid", $"'{name}' is no name.",
                    $"1 to {PlantLimits.MaxName} printable characters.");
            }
            else if (ReadBand(owner, name, node, path, rate) is { } band)
            {
                bands.Add(band);
            }
        }

        return bands;
    }

    private static BlockBand? ReadBand(Section owner, string name, YamlNode node, string path, double? rate)
    {
        if (node.Kind != YamlKind.List || node.Items.Count != 2 || !Section.TryNumber(node.Items[0], out double low)
            || !Section.TryNumber(node.Items[1], out double high))
        {
            owner.Faults.Add(node, path, "plant.value.type", $"Expected two frequencies, found {node.KindName}.",
                "E.g. [10, 1000], in Hz.");
            return null;
        }

        if (!(low >= 0) || !(high > low) || high > (rate ?? MaxRate) / 2)
        {
            owner.Faults.Add(node, path, "plant.value.range", $"{low} to {high} Hz is no band.",
                "From 0 up, low below high, and high at most half the rate.");
            return null;
        }

        return new BlockBand(name, low, high);
    }
}
