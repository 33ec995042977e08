using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Grains.Alerts;

namespace Millwright.Grains.Twins;

/// <summary>
/// After a damaged checkpoint: the twin is back at the one before, and people were told more than it knows. The alert store has what they
/// were told; the log's replay shows what of it holds.
/// </summary>
public sealed partial class AssetTwinGrain
{
    /// <summary>Most events asked for: two checkpoints are seconds apart, so it is a bound and no working size.</summary>
    private const int MaxAdoptedEvents = 4_000;

    private const int AdoptionPage = 500;

    private async ValueTask AdoptAsync(CancellationToken cancellationToken)
    {
        List<AlertEvent> beyond = await ToldBeyondAsync(alerts.Sequence, cancellationToken);
        if (beyond.Count == 0)
        {
            return;
        }

        LogAdopted(logger, blueprint.AssetId, beyond.Count);
        alerts.Adopt(beyond);
        beyond.Reverse();
        foreach (AlertEvent alert in beyond)
        {
            // The last may have reached the store and not its incident. Who has it drops it.
            outbox.Enqueue(new TwinEffect { Alert = alert });
        }

        isDirty = true;
    }

    /// <summary>What was told of this asset beyond a sequence, newest first.</summary>
    private async ValueTask<List<AlertEvent>> ToldBeyondAsync(long sequence, CancellationToken cancellationToken)
    {
        List<AlertEvent> beyond = [];
        long? before = null;
        try
        {
            while (beyond.Count < MaxAdoptedEvents)
            {
                var query = new AlertQuery { AssetId = blueprint.AssetId, Before = before, Limit = AdoptionPage };
                ImmutableArray<StoredAlert> page = await told.QueryAsync(query, cancellationToken);
                int count = page.TakeWhile(s => s.Alert.Sequence > sequence).Count();
                beyond.AddRange(page.Take(count).Select(s => s.Alert));
                if (count < AdoptionPage)
                {
                    break;
                }

                before = page[^1].Ordinal;
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new TwinStoreException($"What was told of {blueprint.AssetId} cannot be read.", fault);
        }

        return beyond;
    }

    private bool MayReconcile(DateTimeOffset now) => alerts.IsReconciling && alerts.HasPassed(IsPassed(now));

    /// <summary>Decides about adopted alerts that the replay has passed.</summary>
    private void Reconcile(DateTimeOffset now)
    {
        Func<AlertEvent, DateTimeOffset, bool> isPassed = IsPassed(now);
        bool isReclaimed = false;
        foreach (AlertEvent open in alerts.Unconfirmed(isPassed))
        {
            // No sample shows silence while it lasts: the clock's old word stands until one refutes it.
            isReclaimed |= engine.Reclaim(open.Explanation.DetectorId, open.Subject, open.EventTime);
        }

        if (isReclaimed)
        {
            engine.CatchUp(output);
            Owe(alerts.Record(output, engine.FinalBefore, now));
            output.ClearFindings();
        }

        Owe(alerts.Reconcile(isPassed, now));
    }

    /// <summary>
    /// What was received by the time at which people were told is here again when something later is. Or nothing comes: then all is here.
    /// Should a slow log prove that wrong, what was retracted too early is told again, as amended.
    /// </summary>
    private Func<AlertEvent, DateTimeOffset, bool> IsPassed(DateTimeOffset now)
    {
        bool isQuiet = now - arrivedAt >= options.ReturnGrace;
        return (begun, toldAt) => (isQuiet || engine.Modified > toldAt) && !engine.IsUndecided(begun.EventTime);
    }
}
