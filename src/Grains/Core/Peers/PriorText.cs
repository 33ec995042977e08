using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Millwright.Core.Peers;

/// <summary>
/// A prior as the text of a sample: one line of JSON with a version, figures to six digits and correlations to a thousandth. What is read
/// is checked to the last figure, because whoever may publish telemetry may write it.
/// </summary>
public static class PriorText
{
    /// <summary>Bytes; what the decoder takes for one text.</summary>
    public const int MaxLength = 4_096;

    public const int Version = 1;

    private const double LargestCentre = 1e100;

    /// <summary>More digits than six would only make the text longer.</summary>
    private const string Digits = "G6";

    public static string Write(PriorFigures prior)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("state", prior.State);
            json.WriteNumber("peers", prior.Peers);
            json.WriteNumber("n", prior.Samples);
            json.WriteStartArray("m");
            foreach (PriorMetric metric in prior.Metrics)
            {
                json.WriteStartArray();
                json.WriteStringValue(metric.Name);
                json.WriteStringValue(metric.Unit);
                foreach (double figure in (ReadOnlySpan<double>)[metric.Centre, metric.Within, metric.Between])
                {
                    json.WriteRawValue(figure.ToString(Digits, CultureInfo.InvariantCulture));
                }

                json.WriteEndArray();
            }

            json.WriteEndArray();
            if (!prior.Correlations.IsEmpty)
            {
                json.WriteStartArray("r");
                foreach (double correlation in prior.Correlations)
                {
                    json.WriteNumberValue((int)Math.Round(correlation * 1_000));
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <param name="fault">A code of docs/reason-codes.md; null when it was read.</param>
    public static bool TryRead(string? text, [NotNullWhen(true)] out PriorFigures? prior, out string? fault)
    {
        (prior, fault) = (null, null);
        if (text is null || Encoding.UTF8.GetByteCount(text) > MaxLength)
        {
            fault = "prior.size";
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4 });
            fault = Read(document.RootElement, out prior);
        }
        catch (JsonException)
        {
            // Not JSON: nothing was taken from it.
            fault = "prior.json";
        }

        return fault is null && prior is not null;
    }

    private static string? Read(JsonElement root, out PriorFigures? prior)
    {
        prior = null;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return "prior.json";
        }

        if (Integer(root, "v") != Version)
        {
            return "prior.version";
        }

        if (!root.TryGetProperty("state", out JsonElement state) || Name(state) is not { Length: > 0 } name)
        {
            return "prior.state";
        }

        if (Integer(root, "peers") is not { } peers || peers is < 1 or > PriorFigures.MaxPeers || Integer(root, "n") is not >= 1)
        {
            return "prior.peers";
        }

        if (!root.TryGetProperty("m", out JsonElement list) || Metrics(list) is not { } metrics)
        {
            return "prior.metrics";
        }

        ImmutableArray<double>? correlations =
            root.TryGetProperty("r", out JsonElement triangle) ? Correlations(triangle, metrics.Length) : [];
        if (correlations is null)
        {
            return "prior.correlations";
        }

        prior = new PriorFigures
        {
            State = name,
            Peers = (int)peers,
            Samples = Integer(root, "n")!.Value,
            Metrics = metrics,
            Correlations = correlations.Value,
        };
        return null;
    }

    private static ImmutableArray<PriorMetric>? Metrics(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > PriorFigures.MaxMetrics)
        {
            return null;
        }

        List<PriorMetric> metrics = [];
        foreach (JsonElement entry in list.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 5 || Name(entry[0]) is not { Length: > 0 } name
                || Name(entry[1]) is not { } unit || metrics.Exists(m => m.Name == name))
            {
                return null;
            }

            (double centre, double within, double between) = (Figure(entry[2]), Figure(entry[3]), Figure(entry[4]));
            if (!(Math.Abs(centre) <= LargestCentre) || !(within > 0 && within <= LargestCentre)
                || !(between >= 0 && between <= LargestCentre))
            {
                return null;
            }

            metrics.Add(new PriorMetric(name, unit, centre, within, between));
        }

        return [.. metrics];
    }

    private static ImmutableArray<double>? Correlations(JsonElement list, int metrics)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != metrics * (metrics - 1) / 2)
        {
            return null;
        }

        List<double> found = [];
        foreach (JsonElement entry in list.EnumerateArray())
        {
            if (Figure(entry) is not (>= -1_000 and <= 1_000 and var thousandths))
            {
                return null;
            }

            found.Add(thousandths / 1_000);
        }

        return [.. found];
    }

    private static long? Integer(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number)
            ? number : null;

    private static double Figure(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) ? number : double.NaN;

    private static string? Name(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= PriorFigures.MaxName } name ? name : null;
}
