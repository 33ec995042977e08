using System.Collections.Immutable;

namespace Millwright.Grains.Alerts;

/// <summary>What operators said of alerts, and how many alerts there were to speak of.</summary>
public interface IVerdictStore
{
    /// <summary>
    /// Keeps verdicts, one per alert; the newest counts, and the same again changes nothing. One that was given to a whole incident does
    /// not
    /// replace one that was given to the alert itself.
    /// </summary>
    ValueTask JudgeAsync(ImmutableArray<StoredVerdict> verdicts, CancellationToken cancellationToken);

    /// <summary>All verdicts on alerts of an asset, newest first, at most <paramref name="limit"/>.</summary>
    ValueTask<ImmutableArray<StoredVerdict>> GetVerdictsAsync(string assetId, int limit, CancellationToken cancellationToken);

    /// <summary>Detectors that have ever alerted, by id, kind and version; of one asset or over all of them.</summary>
    ValueTask<ImmutableArray<DetectorTally>> GetTalliesAsync(TallyQuery query, CancellationToken cancellationToken);
}
