using System.Collections.Immutable;

namespace Millwright.Silo.Fleet;

/// <summary>A thing that changed, with the features that did.</summary>
/// <param name="Ordinal">The fleet-wide number of its newest change.</param>
/// <param name="IsNew">True when the subscriber cannot have seen the thing: it gets all of it.</param>
public sealed record FleetChange(string ThingId, long Ordinal, bool IsNew, ImmutableArray<string> Features);
