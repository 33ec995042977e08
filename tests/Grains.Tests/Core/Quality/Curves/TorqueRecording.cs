using System.IO.Compression;
using System.Text.Json;
using Millwright.Core.Quality.Curves;
using Millwright.Testing.Recordings;

namespace Millwright.Grains.Tests.Core.Quality.Curves;

/// <summary>
/// One recorded screw. The recordings lie beside the repository and are not part of it; without them there is nothing to judge.
/// </summary>
internal sealed record TorqueRecording(string Name, string Programme, string Date, bool IsFault, double[] Features)
{
    /// <summary>In the order in which they were made.</summary>
    public static IReadOnlyList<TorqueRecording> All() =>
    [
        .. Directory.GetFiles(RecordedData.Of("torque_unfastening"), "*.ndjson.gz")
            .SelectMany(Read).OrderBy(r => r.Date, StringComparer.Ordinal).ThenBy(r => r.Name, StringComparer.Ordinal),
    ];

    private static List<TorqueRecording> Read(string path)
    {
        var found = new List<TorqueRecording>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var document = JsonDocument.Parse(line);
            JsonElement record = document.RootElement.GetProperty("record");
            JsonElement graph = record.GetProperty("tightening steps")[0].GetProperty("graph");

            // "NIO" in the tool's name of the programme says that its screws were damaged on purpose: that would be the label.
            found.Add(new TorqueRecording(
                document.RootElement.GetProperty("file").GetString()!,
                record.GetProperty("prg name").GetString()!.Replace("NIO", "").Replace("IO", ""),
                record.GetProperty("date").GetString()!,
                document.RootElement.GetProperty("label").GetString() != "detachable",
                CurveFeatures.Of(Numbers(graph.GetProperty("torque values")), Numbers(graph.GetProperty("angle values")))));
        }

        return found;
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];
}
