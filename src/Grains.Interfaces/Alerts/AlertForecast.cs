using Orleans;

namespace Millwright.Alerts;

/// <summary>Where the asset was going when the alert was raised: the limit that is next, and when it will probably be crossed.</summary>
[GenerateSerializer, Immutable, Alias("millwright.alert-forecast")]
public sealed record AlertForecast
{
    /// <summary>Name of the limit, e.g. <c>danger</c> or <c>failure</c>.</summary>
    [Id(0)] public required string Crosses { get; init; }

    /// <summary>With 10 % it is crossed by then.</summary>
    [Id(1)] public required DateTimeOffset P10 { get; init; }

    /// <summary>With 90 % it is crossed by then.</summary>
    [Id(2)] public required DateTimeOffset P90 { get; init; }
}
