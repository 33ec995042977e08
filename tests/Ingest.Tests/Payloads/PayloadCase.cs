using System.Text;
using Millwright.Ingest.Payloads;
using Millwright.Plant;

namespace Millwright.Ingest.Tests.Payloads;

/// <summary>One message through a decoder, with what came of it.</summary>
internal sealed class PayloadCase
{
    public static readonly DateTimeOffset IngestTime = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public required DecodeResult Result { get; init; }

    public required IReadOnlyList<DecodedRecord> Records { get; init; }

    public required string? Code { get; init; }

    public required string Detail { get; init; }

    /// <summary>All samples as <c>asset metric=value@milliseconds</c>, with what is not ordinary behind it.</summary>
    public string Text => string.Join("; ", Records.SelectMany(r => r.Samples.Select(s => Describe(r.AssetId, s))));

    public static PayloadCase Decode(PlantModel model, string topic, string payload, string client = "client-1") =>
        Decode(new PayloadDecoder(model), topic, Encoding.UTF8.GetBytes(payload), client);

    public static PayloadCase Decode(PayloadDecoder decoder, string topic, ReadOnlySpan<byte> payload, string client = "client-1")
    {
        var sink = new RecordSink(IngestTime);
        DecodeResult result = decoder.Decode(Encoding.UTF8.GetBytes(topic), payload, client, IngestTime, sink);
        Assert.Equal(sink.Records.Count, result.Records);
        Assert.Equal(sink.Records.Sum(r => r.Samples.Length), result.Samples);
        Assert.Equal(sink.RejectCode is not null, result.Outcome is DecodeOutcome.Rejected or DecodeOutcome.Partial);
        Assert.True(sink.RejectCode is null || DecodeReasons.All.Contains(sink.RejectCode), $"{sink.RejectCode} is not in the closed list");
        return new PayloadCase { Result = result, Records = sink.Records, Code = sink.RejectCode, Detail = sink.RejectDetail };
    }

    private static string Describe(string asset, Telemetry.TelemetrySample sample)
    {
        string value = sample.Text is null ? sample.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)
            : $"'{sample.Text}'";
        string time = sample.EventTime == IngestTime ? "now"
            : FormattableString.Invariant($"{(sample.EventTime - DateTimeOffset.UnixEpoch).Ticks / 10_000m:0.####}");
        string quality = sample.Quality == Telemetry.SampleQuality.Good ? "" : $" {sample.Quality}";
        string step = sample.Step is null ? "" : $" {sample.Step.UnitId}/{sample.Step.Step}";
        return $"{asset} {sample.Metric}={value}@{time}{quality}{(sample.Historical ? " historical" : "")}{step}";
    }
}
