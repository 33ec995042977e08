namespace Millwright.Silo.Storage;

/// <summary>A stored state; the ordinal of its last change is the list's cursor.</summary>
public sealed record GrainStateEntry<TState>(long Ordinal, string Key, TState State);
