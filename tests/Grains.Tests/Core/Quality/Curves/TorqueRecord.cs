using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millwright.Core.Quality.Curves;

namespace Millwright.Grains.Tests.Core.Quality.Curves;

/// <summary>One record of the unscrewing data set, as far as the scoring needs it. The label only ever reaches the score.</summary>
internal sealed record TorqueRecord(string File, string Programme, string Date, bool IsFault, double[] Features)
{
    private const string Folder = "shared/data/torque_unfastening";

    /// <summary>In the order in which they were made; null when the recordings are not there.</summary>
    public static IReadOnlyList<TorqueRecord>? ReadAll()
    {
        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            string folder = Path.Combine(at, Folder);
            if (Directory.Exists(folder))
            {
                return [.. Directory.GetFiles(folder, "*.ndjson.gz").SelectMany(Read).OrderBy(r => r.Date, StringComparer.Ordinal)
                    .ThenBy(r => r.File, StringComparer.Ordinal)];
            }
        }

        return null;
    }

    /// <summary>A stable number of the record's name: folds and shuffles do not depend on what is in the file.</summary>
    public ulong Hash => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(File)));

    private static IEnumerable<TorqueRecord> Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(System.IO.File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            JsonElement record = document.RootElement.GetProperty("record");
            JsonElement graph = record.GetProperty("tightening steps")[0].GetProperty("graph");
            yield return new TorqueRecord(
                document.RootElement.GetProperty("file").GetString()!,
                Neutral(record.GetProperty("prg name").GetString()!),
                record.GetProperty("date").GetString()!,
                document.RootElement.GetProperty("label").GetString() != "detachable",
                CurveFeatures.Of(Numbers(graph.GetProperty("torque values")), Numbers(graph.GetProperty("angle values"))));
        }
    }

    // "NIO" in a programme's name tells that its screws were prepared: cut, as in the replay, or the name would be the label. The spelling
    // of one programme varies in separators and case.
    private static string Neutral(string name) => name.Replace("NIO", "", StringComparison.Ordinal).Replace("IO", "", StringComparison.Ordinal)
        .Replace("/", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];
}
