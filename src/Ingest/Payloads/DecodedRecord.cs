using System.Collections.Immutable;
using Millwright.Telemetry;

namespace Millwright.Ingest.Payloads;

/// <summary>
/// One asset's samples out of one message: the unit that the log stores and positions. The samples' <c>Position</c> is not yet known (-1);
/// the log's reader fills it in.
/// </summary>
public sealed record DecodedRecord
{
    public required string AssetId { get; init; }

    /// <summary>The gateway that the message names; null when it names none.</summary>
    public string? Source { get; init; }

    public required ImmutableArray<TelemetrySample> Samples { get; init; }
}
