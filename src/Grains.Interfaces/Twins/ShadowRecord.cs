using System.Collections.Immutable;
using Millwright.Alerts;
using Orleans;

namespace Millwright.Twins;

/// <summary>One anomaly of a shadow, or one of the live detector that its shadow did not see.</summary>
[GenerateSerializer, Immutable, Alias("millwright.shadow-record")]
public sealed record ShadowRecord
{
    /// <summary><c>gained</c>, <c>lost</c> or <c>common</c>.</summary>
    [Id(0)] public required string Outcome { get; init; }

    [Id(1)] public required string Subject { get; init; }

    [Id(2)] public required DateTimeOffset Begin { get; init; }

    [Id(3)] public DateTimeOffset? End { get; init; }

    [Id(4)] public required double Score { get; init; }

    [Id(5)] public required double Threshold { get; init; }

    /// <summary>Sum to <see cref="Score"/> within 1e-6.</summary>
    [Id(6)] public required ImmutableArray<Contribution> Contributions { get; init; }
}
