using Millwright.Grains.Twins;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>
/// Writes checkpoints of several twins in one transaction and one round trip. The fence is a condition on each twin's row, whose lock makes
/// rivals wait; everything else is written only where the row then bears our token. So a fenced twin fails alone, and a commit whose answer
/// was lost is known by its token when the write is tried again.
/// </summary>
internal sealed class TwinCommit(PostgresDatabase database)
{
    /// <summary>What is known may be old once; read anew it is not.</summary>
    private const int MaxLooks = 3;

    private readonly KnownTwins known = new();

    /// <summary>Settles every write of the group. A twin that is in it twice takes turns.</summary>
    public async Task RunAsync(List<PendingTwin> group)
    {
        List<PendingTwin> waiting = group;
        while (waiting.Count > 0)
        {
            List<PendingTwin> round = [.. waiting.DistinctBy(twin => twin.AssetId, StringComparer.Ordinal)];
            waiting = [.. waiting.Except(round)];
            await RunRoundAsync(round);
        }
    }

    private async Task RunRoundAsync(List<PendingTwin> round)
    {
        try
        {
            await CommitAsync(round);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException && round.Count > 1 && !IsStoreAway(failure))
        {
            // One of them is at fault, and the others must not suffer for it.
            foreach (PendingTwin twin in round.Where(twin => !twin.IsSettled))
            {
                await RunRoundAsync([twin]);
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            foreach (PendingTwin twin in round.Where(twin => !twin.IsSettled))
            {
                known.Forget(twin);
                twin.Fail(PostgresFaults.IsUniqueViolation(failure)
                    ? new TwinStoreException($"A history block of {twin.AssetId} is there already; history is only added to.", failure)
                    : PostgresFaults.ToStore(failure));
            }
        }
    }

    private static bool IsStoreAway(Exception failure) => failure is StoreException;

    private async Task CommitAsync(List<PendingTwin> round)
    {
        foreach (PendingTwin twin in round)
        {
            known.Recall(twin);
        }

        for (int look = 0; look < MaxLooks; look++)
        {
            List<PendingTwin> open = [.. round.Where(twin => !twin.IsSettled)];
            if (open.Count == 0)
            {
                return;
            }

            await database.RetryAsync(connection => AttemptAsync(connection, open));
        }

        // It changed with each look: others write it.
        foreach (PendingTwin twin in round.Where(twin => !twin.IsSettled))
        {
            Refuse(twin);
        }
    }

    private async Task AttemptAsync(NpgsqlConnection connection, List<PendingTwin> round)
    {
        await LookAsync(connection, [.. round.Where(twin => !twin.IsSettled && twin.Id is null)]);
        List<PendingTwin> open = [.. round.Where(twin => !twin.IsSettled)];
        if (open.Count == 0)
        {
            return;
        }

        open.ForEach(twin => twin.Tokens.Add(database.NextToken()));
        HashSet<long> committed;
        try
        {
            committed = await TwinBatch.ExecuteAsync(connection, open);
        }
        catch
        {
            // Whether it was committed is in the rows, not in what we think of them.
            open.ForEach(known.Forget);
            throw;
        }

        foreach (PendingTwin twin in open)
        {
            if (committed.Contains(twin.Tokens[^1]))
            {
                known.Learn(twin);
                twin.Settle(true);
            }
            else
            {
                known.Forget(twin);
            }
        }
    }

    /// <summary>Reads the rows, and settles what they answer.</summary>
    private static async Task LookAsync(NpgsqlConnection connection, List<PendingTwin> twins)
    {
        if (twins.Count == 0)
        {
            return;
        }

        Dictionary<string, TwinStanding> rows = await TwinBatch.ReadAsync(connection, twins);
        foreach (PendingTwin twin in twins)
        {
            if (rows.TryGetValue(twin.AssetId, out TwinStanding? row))
            {
                Judge(twin, row);
            }
            else if (twin.Checkpoint.ExpectedEpoch != 0)
            {
                Refuse(twin);
            }
        }

        List<PendingTwin> young = [.. twins.Where(twin => !twin.IsSettled && twin.Id is null)];
        List<long> ids = await TwinBatch.NextIdsAsync(connection, young.Count);
        for (int i = 0; i < young.Count; i++)
        {
            (young[i].Id, young[i].IsNew) = (ids[i], true);
        }
    }

    private static void Judge(PendingTwin twin, TwinStanding row)
    {
        if (row.Epoch == twin.Epoch && twin.Tokens.Contains(row.Token))
        {
            // Our own commit, whose answer was lost.
            twin.Settle(true);
        }
        else if (row.Epoch != twin.Checkpoint.ExpectedEpoch)
        {
            Refuse(twin);
        }
        else if (!row.IsWhole)
        {
            twin.Fail(new TwinStoreException($"The stored row of {twin.AssetId} is damaged; the twin reloads."));
        }
        else
        {
            (twin.Id, twin.Sum, twin.IsNew) = (row.Id, row.Sum, false);
        }
    }

    private static void Refuse(PendingTwin twin) => twin.Fail(new TwinFencedException(
        $"Checkpoint of {twin.AssetId} refused: the store's epoch is no longer {twin.Checkpoint.ExpectedEpoch}. " +
        "Another activation has written."));
}
