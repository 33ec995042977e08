using Orleans;

namespace Millwright.Twins;

/// <summary>How one of a twin's sources stands.</summary>
[GenerateSerializer, Immutable, Alias("millwright.source-state")]
public readonly record struct SourceState
{
    /// <summary>The gateway, or the kind of listener; <c>(others)</c> for those beyond the eighth together.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Event time of its newest live sample; null before the first.</summary>
    [Id(1)] public DateTimeOffset? Newest { get; init; }

    /// <summary>How far that is behind the newest of all.</summary>
    [Id(2)] public TimeSpan Lag { get; init; }

    /// <summary>Silent for longer than the idle timeout: not waited for.</summary>
    [Id(3)] public bool IsIdle { get; init; }

    /// <summary>The watermark does not pass it.</summary>
    [Id(4)] public bool IsWaitedFor { get; init; }
}
