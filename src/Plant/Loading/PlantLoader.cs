using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Millwright.Plant.Loading;

namespace Millwright.Plant;

/// <summary>
/// Reads the plant model from its YAML files, all of them as one; reports every fault at once and never throws for their content.
/// </summary>
public sealed class PlantLoader(Func<string, IReadOnlyDictionary<string, double>, IReadOnlyList<string>>? detectorFaults = null)
{
    private static readonly Lazy<ImmutableArray<YamlNode>> ReadyMade = new(ParseReadyMade);

    /// <summary>The JSON Schema (draft 2020-12) of the files, for editors.</summary>
    public static string Schema => ReadResource("plant.schema.json");

    /// <summary>Reads all *.yaml and *.yml below the folder, in the order of their relative paths.</summary>
    public PlantLoadResult Load(string directory)
    {
        var faults = new FaultList();
        var files = new List<PlantFile>();
        YamlNode folder = YamlNode.AtFile("");
        if (!Directory.Exists(directory))
        {
            faults.Add(folder, "", "plant.folder.missing", $"There is no folder '{directory}'.", "Create it, or give the right path.");
            return new PlantLoadResult { Faults = faults.ToSorted() };
        }

        FrozenDictionary<string, ReadOnlyMemory<byte>> models = FrozenDictionary<string, ReadOnlyMemory<byte>>.Empty;
        try
        {
            ReadFiles(directory, files, faults);
            models = ReadModels(directory, faults);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(folder, "", "plant.file.unreadable", e.Message, "Check the folder's permissions.");
        }

        PlantLoadResult result = LoadFiles(files, faults);
        return result with { Model = result.Model is null ? null : result.Model with { FleetModels = models } };
    }

    /// <summary>The same for texts that are already in memory.</summary>
    public PlantLoadResult Load(IEnumerable<PlantFile> files) => LoadFiles(files, new FaultList());

    private static FrozenDictionary<string, ReadOnlyMemory<byte>> ReadModels(string directory, FaultList faults)
    {
        var models = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint,
            MaxRecursionDepth = 16 };
        foreach (string path in Directory.EnumerateFiles(directory, "*.fleet", options).Order(StringComparer.Ordinal))
        {
            string name = Path.GetRelativePath(directory, path).Replace('\\', '/');
            if (models.Count == PlantLimits.MaxFleetModels || new FileInfo(path).Length > PlantLimits.MaxFleetModelBytes)
            {
                faults.Add(YamlNode.AtFile(name), "", "plant.limit",
                    $"At most {PlantLimits.MaxFleetModels} fleet models of {PlantLimits.MaxFleetModelBytes} bytes each.", "Remove it.");
                continue;
            }

            models[name] = File.ReadAllBytes(path);
        }

        return models.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static void ReadFiles(string directory, List<PlantFile> files, FaultList faults)
    {
        // No symbolic links into other places, no endless loops: what is not a plain file below the folder is not the plant's.
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint,
            MaxRecursionDepth = 16 };
        string[] paths =
        [
            .. Directory.EnumerateFiles(directory, "*.y*ml", options)
                .Where(p => Path.GetExtension(p) is ".yaml" or ".yml")
                .Take(PlantLimits.MaxFiles + 1)
                .OrderBy(p => Path.GetRelativePath(directory, p), StringComparer.Ordinal),
        ];
        if (paths.Length > PlantLimits.MaxFiles)
        {
            faults.Add(YamlNode.AtFile(""), "", "plant.limit", $"More than {PlantLimits.MaxFiles} files.",
                "Put several parts into one file.");
            return;
        }

        long total = 0;
        foreach (string path in paths)
        {
            string name = Path.GetRelativePath(directory, path).Replace('\\', '/');
            long length = new FileInfo(path).Length;
            total += length;
            if (length > PlantLimits.MaxFileBytes || total > PlantLimits.MaxTotalBytes)
            {
                faults.Add(
                    YamlNode.AtFile(name), "", "plant.limit",
                        $"{length} bytes; at most {PlantLimits.MaxFileBytes} per file and {PlantLimits.MaxTotalBytes} in all.",
                            "Use types and ranges.");
                continue;
            }

            try
            {
                files.Add(new PlantFile(name, File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true))));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
            {
                faults.Add(YamlNode.AtFile(name), "", "plant.file.unreadable", e.Message, "The file must be readable and UTF-8.");
            }
        }
    }

    private PlantLoadResult LoadFiles(IEnumerable<PlantFile> files, FaultList faults)
    {
        var reader = new PlantReader(faults, detectorFaults);
        foreach (PlantFile file in files)
        {
            foreach (YamlNode document in new YamlTree(file.Name, faults).Parse(file.Text))
            {
                reader.Add(document);
            }
        }

        PlantModel model = reader.Read(ReadyMade.Value);
        return new PlantLoadResult { Model = faults.IsEmpty ? model : null, Faults = faults.ToSorted() };
    }

    private static ImmutableArray<YamlNode> ParseReadyMade()
    {
        var faults = new FaultList();
        ImmutableArray<YamlNode> documents =
        [
            .. ReadyMadeNames().SelectMany(name => new YamlTree($"<ready-made>/{name[6..]}", faults).Parse(ReadResource(name))),
        ];
        return faults.IsEmpty ? documents : throw new InvalidOperationException(faults.ToSorted()[0].ToString());
    }

    private static ImmutableArray<string> ReadyMadeNames() =>
    [
        .. typeof(PlantLoader).Assembly.GetManifestResourceNames().Where(n => n.StartsWith("types/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal),
    ];

    private static string ReadResource(string name)
    {
        using Stream stream = typeof(PlantLoader).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource '{name}' is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
