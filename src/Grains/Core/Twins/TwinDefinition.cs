using System.Collections.Immutable;
using Millwright.Core.Energy;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>All that a twin computes, compiled from the plant model: metrics are indices into <see cref="Metrics"/>.</summary>
public sealed record TwinDefinition
{
    /// <summary>Most metrics of one twin; samples of further ones are rejected.</summary>
    public const int MaxMetrics = 1000;

    public ImmutableArray<MetricRule> Metrics { get; init; } = [];

    /// <summary>In order of precedence.</summary>
    public ImmutableArray<OperatingStateRule> States { get; init; } = [];

    /// <summary>Beside the rollup of one minute that every numeric metric has.</summary>
    public ImmutableArray<WindowRule> Windows { get; init; } = [];

    public ImmutableArray<MeterRule> Meters { get; init; } = [];

    public ImmutableArray<DetectorRule> Detectors { get; init; } = [];

    public TimeRule Time { get; init; } = new();
}
