using System.Collections.Immutable;

namespace Millwright.Ingest.Payloads;

/// <summary>
/// The closed list of reasons why a mapped message, or one of its elements, is refused. docs/reason-codes.md explains each.
/// </summary>
public static class DecodeReasons
{
    public const string TooLarge = "payload.too-large";
    public const string Utf8Invalid = "payload.utf8.invalid";
    public const string JsonInvalid = "payload.json.invalid";
    public const string JsonDepth = "payload.json.depth";
    public const string JsonDuplicate = "payload.json.duplicate";
    public const string JsonSize = "payload.json.size";
    public const string Shape = "payload.shape";
    public const string TimeMissing = "payload.time.missing";
    public const string TimeInvalid = "payload.time.invalid";
    public const string TimeOffset = "payload.time.offset";
    public const string TimeRange = "payload.time.range";

    /// <summary>Stamped further ahead of its arrival than the asset's clock may be.</summary>
    public const string FutureTimestamp = "future_timestamp";
    public const string ValueMissing = "payload.value.missing";
    public const string ValueType = "payload.value.type";
    public const string NumberRange = "payload.number.range";
    public const string TextTooLong = "payload.text.too-long";
    public const string BlockSize = "payload.block.size";
    public const string BlockRate = "payload.block.rate";
    public const string BlockPair = "payload.block.pair";
    public const string QualityInvalid = "payload.quality.invalid";
    public const string HistoricalInvalid = "payload.historical.invalid";
    public const string MetricMissing = "metric.name.missing";
    public const string MetricInvalid = "metric.name.invalid";
    public const string AssetMissing = "asset.id.missing";
    public const string AssetInvalid = "asset.id.invalid";
    public const string AssetUnmodelled = "asset.unmodelled";
    public const string SourceInvalid = "payload.source.invalid";
    public const string UnitMissing = "unit.id.missing";
    public const string UnitInvalid = "unit.id.invalid";
    public const string StepMissing = "unit.step.missing";
    public const string StepInvalid = "unit.step.invalid";

    public static ImmutableArray<string> All { get; } =
    [
        TooLarge, Utf8Invalid, JsonInvalid, JsonDepth, JsonDuplicate, JsonSize, Shape, TimeMissing, TimeInvalid, TimeOffset, TimeRange,
        FutureTimestamp, ValueMissing, BlockSize, BlockRate, BlockPair,
        ValueType, NumberRange, TextTooLong, QualityInvalid, HistoricalInvalid, MetricMissing, MetricInvalid, AssetMissing, AssetInvalid,
        AssetUnmodelled, SourceInvalid, UnitMissing, UnitInvalid, StepMissing, StepInvalid,
    ];
}
