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

    /// <summary>
    /// Those of the known steps whose curve was unusual: the model has moved on since, so a repetition is told what was found, not
    /// judged again.
    /// </summary>
    public ImmutableArray<StepResult> UnusualCurves { get; set; } = [];

    /// <summary>By step: what has been learned of its curves, as <c>CurveModel</c> writes it.</summary>
    public SortedDictionary<string, byte[]> CurveModels { get; set; } = new(StringComparer.Ordinal);
}
