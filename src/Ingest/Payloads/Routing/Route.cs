using Millwright.Plant.Rules;

namespace Millwright.Ingest.Payloads.Routing;

/// <summary>What a topic means: a rule with the topic's captures put in.</summary>
internal sealed class Route
{
    public static Route Unmapped { get; } = new() { Kind = RouteKind.Unmapped };

    /// <summary>Known, and never carries samples.</summary>
    public static Route Notice { get; } = new() { Kind = RouteKind.Notice };

    public required RouteKind Kind { get; init; }

    public CompiledRule? Rule { get; init; }

    /// <summary>Set when the topic alone settles the asset.</summary>
    public AssetRef? Asset { get; init; }

    public TextTemplate? AssetTemplate { get; init; }

    /// <summary>Set when the topic alone settles the metric.</summary>
    public string? Metric { get; init; }

    public TextTemplate? MetricTemplate { get; init; }

    public TextTemplate? Unit { get; init; }

    public TextTemplate? Step { get; init; }

    /// <summary>Set when the topic alone settles the source.</summary>
    public string? Source { get; init; }

    public TextTemplate? SourceTemplate { get; init; }
}

internal enum RouteKind
{
    Unmapped,
    Notice,

    /// <summary>The asset comes from the topic or the payload.</summary>
    Rule,

    /// <summary>The asset is the publishing client.</summary>
    Client,

    /// <summary>An object whose members are devices.</summary>
    Gateway,
}
