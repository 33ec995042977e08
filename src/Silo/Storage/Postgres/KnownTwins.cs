using System.Collections.Concurrent;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>
/// Ids and sums of twins' rows as this silo last wrote them, so that a checkpoint need not ask first. What is here may be old: then the
/// fence fails, and the row is read.
/// </summary>
internal sealed class KnownTwins
{
    private const int MaxKnown = 200_000;

    private readonly ConcurrentDictionary<string, (long Id, long Sum)> rows = new(StringComparer.Ordinal);

    public void Recall(PendingTwin twin)
    {
        if (rows.TryGetValue(twin.AssetId, out (long Id, long Sum) row))
        {
            (twin.Id, twin.Sum, twin.IsNew) = (row.Id, row.Sum, false);
        }
    }

    public void Learn(PendingTwin twin)
    {
        if (rows.Count >= MaxKnown)
        {
            rows.Clear();
        }

        rows[twin.AssetId] = (twin.Id!.Value, twin.NewSum);
    }

    public void Forget(PendingTwin twin)
    {
        twin.Id = null;
        rows.TryRemove(twin.AssetId, out _);
    }
}
