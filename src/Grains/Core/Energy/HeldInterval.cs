using System.Collections.Immutable;
using Millwright.Energy;

namespace Millwright.Core.Energy;

/// <summary>What an interval put into its meter's totals when it was heard of last.</summary>
public sealed record HeldInterval(DateTimeOffset Start, long Sequence, ImmutableArray<StateConsumption> States);
