using System.Collections.Immutable;
using Orleans;

namespace Millwright.Twins;

/// <summary>What a window has beyond the default aggregates.</summary>
[GenerateSerializer, Immutable, Alias("millwright.window-result-detail")]
public sealed record WindowResultDetail
{
    /// <summary>Of a window of one operating state, that state; of one that takes the samples of some states, their names.</summary>
    [Id(0)] public string? State { get; init; }

    /// <summary>Of a count window the number of samples in its definition; 0 for others.</summary>
    [Id(1)] public int Samples { get; init; }

    /// <summary>The aggregates that the plant model asks for, as far as they have a value.</summary>
    [Id(2)] public ImmutableArray<WindowFigure> Figures { get; init; } = [];

    /// <summary>Of a window by state: one for each operating state that held.</summary>
    [Id(3)] public ImmutableArray<WindowStateShare> States { get; init; } = [];
}

/// <summary>One aggregate, named as in the plant model: <c>rms</c>, <c>p95</c>, <c>time-weighted-mean</c>.</summary>
[GenerateSerializer, Immutable, Alias("millwright.window-figure")]
public sealed record WindowFigure
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required double Value { get; init; }
}

/// <summary>The part of a window in which one operating state held.</summary>
[GenerateSerializer, Immutable, Alias("millwright.window-state-share")]
public sealed record WindowStateShare
{
    [Id(0)] public required string State { get; init; }

    /// <summary>How long it held.</summary>
    [Id(1)] public required TimeSpan Time { get; init; }

    /// <summary>0 when it held without a sample of the metric; the other figures then mean nothing.</summary>
    [Id(2)] public required long Count { get; init; }

    [Id(3)] public required double Sum { get; init; }

    [Id(4)] public required double Minimum { get; init; }

    [Id(5)] public required double Maximum { get; init; }

    [Id(6)] public required double Mean { get; init; }

    [Id(7)] public required double StandardDeviation { get; init; }

    [Id(8)] public ImmutableArray<WindowFigure> Figures { get; init; } = [];
}
