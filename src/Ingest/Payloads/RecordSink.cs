using System.Collections.Immutable;
using Millwright.Telemetry;

namespace Millwright.Ingest.Payloads;

/// <summary>Collects decoded records as objects, for tools and tests; the log encodes to bytes instead.</summary>
public sealed class RecordSink(DateTimeOffset ingestTime) : IDecodeSink
{
    private readonly List<DecodedRecord> records = [];
    private readonly ImmutableArray<TelemetrySample>.Builder samples = ImmutableArray.CreateBuilder<TelemetrySample>();
    private string assetId = "";
    private UnitStep? unitStep;
    private string? source;

    public IReadOnlyList<DecodedRecord> Records => records;

    /// <summary>Null when nothing was refused.</summary>
    public string? RejectCode { get; private set; }

    public string RejectDetail { get; private set; } = "";

    public void Begin(string assetId, UnitStep? step, string? source)
    {
        this.assetId = assetId;
        this.source = source;
        unitStep = step;
    }

    public void Sample(string metric, long eventTimeTicks, double value, string? text, SampleQuality quality, bool historical) =>
        samples.Add(new TelemetrySample
        {
            Metric = metric,
            EventTime = new DateTimeOffset(eventTimeTicks, TimeSpan.Zero),
            Value = value,
            Text = text,
            Quality = quality,
            Position = -1,
            IngestTime = ingestTime,
            Historical = historical,
            Step = unitStep,
        });

    public void End()
    {
        records.Add(new DecodedRecord { AssetId = assetId, Source = source, Samples = samples.ToImmutable() });
        samples.Clear();
    }

    public void Reject(string code, string detail)
    {
        RejectCode = code;
        RejectDetail = detail;
    }
}
