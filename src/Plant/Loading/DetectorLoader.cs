using Millwright.Plant.Loading;

namespace Millwright.Plant;

/// <summary>
/// Reads one detector as the plant's files write it, in YAML or JSON, against an asset that exists: the same rules and the same faults as
/// at start.
/// </summary>
public sealed class DetectorLoader(Func<string, IReadOnlyDictionary<string, double>, IReadOnlyList<string>>? detectorFaults = null)
{
    /// <summary>A definition is some lines; what is longer is something else.</summary>
    public const int MaxText = 64 * 1024;

    private const string Advice = "Write its keys and 'id: name', or 'detectors:' with one entry.";

    /// <param name="file">Named in faults.</param>
    /// <param name="text">The detector's keys with an <c>id</c>, or <c>detectors:</c> with one entry.</param>
    /// <param name="asset">Whose metrics and states it names.</param>
    /// <param name="id">The id when the text has none; null when it must.</param>
    public DetectorLoadResult Load(string file, string text, AssetDefinition asset, string? id = null)
    {
        var faults = new FaultList();
        if (text.Length > MaxText)
        {
            faults.Add(YamlNode.AtFile(file), "", "plant.limit", $"{text.Length} characters; at most {MaxText} are accepted.");
            return new DetectorLoadResult(null, faults.ToSorted());
        }

        List<YamlNode> documents = new YamlTree(file, faults).Parse(text);
        if (faults.IsEmpty && documents.Count != 1)
        {
            faults.Add(YamlNode.AtFile(file), "", "plant.value.type", $"Expected one detector, found {documents.Count} documents.", Advice);
        }

        return faults.IsEmpty ? Read(documents[0], asset, id, faults) : new DetectorLoadResult(null, faults.ToSorted());
    }

    private DetectorLoadResult Read(YamlNode document, AssetDefinition asset, string? id, FaultList faults)
    {
        if (Entry(document, id, faults) is not { } owner)
        {
            return new DetectorLoadResult(null, faults.ToSorted());
        }

        var bare = new Parts { Metrics = asset.Metrics, States = asset.States };
        Parts parts = new PartsReader(detectorFaults).Read(new Section(owner, "", null, faults), bare);
        if (faults.IsEmpty && parts.Detectors.Count != 1)
        {
            faults.Add(document, "detectors", "plant.value.type", $"Expected one detector, found {parts.Detectors.Count}.", Advice);
        }

        return new DetectorLoadResult(faults.IsEmpty ? parts.Detectors[0] : null, faults.ToSorted());
    }

    /// <summary>Brings both forms to that of the files, so that paths in faults are those that an owner of files knows.</summary>
    private static YamlNode? Entry(YamlNode document, string? fallback, FaultList faults)
    {
        if (document.Kind != YamlKind.Mapping)
        {
            faults.Add(document, "", "plant.value.type", $"Expected a detector, found {document.KindName}.", Advice);
            return null;
        }

        if (document.Members.Exists(m => m.Key.Value == "detectors"))
        {
            foreach ((YamlNode key, _) in document.Members.Where(m => m.Key.Value != "detectors"))
            {
                faults.Add(key, key.Value, "plant.key.unknown", $"Unknown key '{key.Value}'.", Advice);
            }

            return document;
        }

        (YamlNode? name, YamlNode? id) = document.Members.Find(m => m.Key.Value == "id");
        id ??= fallback is null ? null : Named(fallback, document);
        if (id is null || id.Kind != YamlKind.Scalar || id.IsNull)
        {
            faults.Add(name ?? document, "id", "plant.key.missing", "'id' is missing.", Advice);
            return null;
        }

        YamlNode detector = Mapping(document);
        detector.Members.AddRange(document.Members.Where(m => m.Key.Value != "id"));
        YamlNode detectors = Mapping(document);
        detectors.Members.Add((id, detector));
        YamlNode owner = Mapping(document);
        owner.Members.Add((Named("detectors", document), detectors));
        return owner;
    }

    private static YamlNode Mapping(YamlNode at) => new() { Kind = YamlKind.Mapping, File = at.File, Line = at.Line, Column = at.Column };

    private static YamlNode Named(string name, YamlNode at) =>
        new() { Kind = YamlKind.Scalar, File = at.File, Line = at.Line, Column = at.Column, Value = name };
}
