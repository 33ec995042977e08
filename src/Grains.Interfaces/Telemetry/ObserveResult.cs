using Orleans;

namespace Millwright.Telemetry;

/// <summary>A twin's answer to a batch.</summary>
[GenerateSerializer, Immutable, Alias("millwright.observe-result")]
public readonly record struct ObserveResult
{
    /// <summary>False: nothing was taken, because records between <see cref="Position"/> and the batch are missing. Send again from there.</summary>
    [Id(0)] public required bool Accepted { get; init; }

    /// <summary>Highest position of the log that the twin has seen; -1 for none.</summary>
    [Id(1)] public required long Position { get; init; }

    /// <summary>
    /// Highest position in the twin's last checkpoint but one, to which the store falls back when the last is damaged; the log may be truncated
    /// below the lowest of these. -1 for none.
    /// </summary>
    [Id(2)] public required long DurablePosition { get; init; }
}
