using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Millwright.Core.Quality.Curves;

namespace Millwright.Bench.Detection.Torque;

/// <summary>One loosened screw: its programme and its curve's features. The label only ever reaches the score.</summary>
/// <param name="IsHeldOut">From a file whose name says "test".</param>
internal sealed record TorqueRecord(string Name, string Programme, string Date, bool IsHeldOut, bool IsFault, double[] Features)
{
    /// <summary>A stable number of the record's name, so that folds and shuffles do not depend on what is in the file.</summary>
    public ulong Hash => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes(Name)));

    /// <summary>Screws of one head and size, whatever the programme's speed and angle.</summary>
    public string Family => Programme.Length > 7 ? Programme[7..] : Programme;

    /// <summary>The records of all files of the layout, in the order in which they were made.</summary>
    public static IReadOnlyList<TorqueRecord> ReadAll(string directory) =>
    [
        .. Directory.GetFiles(directory, "*.ndjson.gz").SelectMany(Read)
            .OrderBy(r => r.Date, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal),
    ];

    private static IEnumerable<TorqueRecord> Read(string path)
    {
        bool isHeldOut = Path.GetFileName(path).Contains("test", StringComparison.OrdinalIgnoreCase);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            JsonElement record = document.RootElement.GetProperty("record");
            JsonElement graph = record.GetProperty("tightening steps")[0].GetProperty("graph");
            double[] torque = Numbers(graph.GetProperty("torque values"));
            double[] angle = Numbers(graph.GetProperty("angle values"));
            if (torque.Length != angle.Length || torque.Length < CurveFeatures.MinPoints)
            {
                throw new FormatException($"{path}: a curve of {torque.Length} torques over {angle.Length} angles.");
            }

            yield return new TorqueRecord(
                document.RootElement.GetProperty("file").GetString()!,
                Neutral(record.GetProperty("prg name").GetString()!),
                record.GetProperty("date").GetString()!,
                isHeldOut,
                document.RootElement.GetProperty("label").GetString() != "detachable",
                CurveFeatures.Of(torque, angle));
        }
    }

    // "NIO" in a programme's name says that its screws were damaged on purpose: cut, as in the replay, or the name would be the label. One
    // programme is spelled with several separators and cases. What remains is LMINMAXTORXM4: angle and speed, head, size.
    private static string Neutral(string name) => name
        .Replace("NIO", "", StringComparison.Ordinal).Replace("IO", "", StringComparison.Ordinal)
        .Replace("/", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];
}
