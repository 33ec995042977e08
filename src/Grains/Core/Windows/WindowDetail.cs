using System.Collections.Immutable;

namespace Millwright.Core.Windows;

/// <summary>What a window has beyond the default aggregates; null for most windows.</summary>
public sealed record WindowDetail
{
    /// <summary>Of a state window the state; of one that takes the samples of some states only, their names.</summary>
    public string? State { get; init; }

    /// <summary>Of a count window the number of samples in its definition.</summary>
    public int Samples { get; init; }

    /// <summary>What the rule asked for, as far as it has a value.</summary>
    public ImmutableArray<NamedFigure> Figures { get; init; } = [];

    /// <summary>Of windows by state: one share for each state that held, in the order of the states.</summary>
    public ImmutableArray<StateShare> States { get; init; } = [];

    public bool Equals(WindowDetail? other) =>
        other is not null && State == other.State && Samples == other.Samples && Figures.AsSpan().SequenceEqual(other.Figures.AsSpan())
        && States.AsSpan().SequenceEqual(other.States.AsSpan());

    public override int GetHashCode() => HashCode.Combine(State, Samples, Figures.Length, States.Length);
}

/// <summary>One aggregate by name.</summary>
public readonly record struct NamedFigure(string Name, double Value);

/// <summary>The part of a window in which one operating state held.</summary>
public sealed record StateShare
{
    public required string State { get; init; }

    /// <summary>How long it held; of a pause without any sample at most the longest that counts as running time.</summary>
    public required TimeSpan Time { get; init; }

    public required WindowAggregate Aggregate { get; init; }

    public ImmutableArray<NamedFigure> Figures { get; init; } = [];

    public bool Equals(StateShare? other) =>
        other is not null && State == other.State && Time == other.Time && Aggregate == other.Aggregate
        && Figures.AsSpan().SequenceEqual(other.Figures.AsSpan());

    public override int GetHashCode() => HashCode.Combine(State, Time, Aggregate);
}
