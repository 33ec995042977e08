using System.Collections.Immutable;
using Millwright.Quality;

namespace Millwright.Grains.Quality;

/// <summary>Stored state of <c>QualityGrain</c>; state name <c>quality</c>.</summary>
public sealed class QualityEntity
{
    public const string StateName = "quality";

    public QualityState? State { get; set; }

    /// <summary>Ids of the newest steps, for deduplication; bounded.</summary>
    public ImmutableArray<string> KnownIds { get; set; } = [];
}
