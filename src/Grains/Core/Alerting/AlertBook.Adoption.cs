using System.Collections.Immutable;
using Millwright.Alerts;

namespace Millwright.Core.Alerting;

/// <summary>
/// When the newest state of a twin is lost, an older one is restored and the log replayed. Intuition: people were told things that the book
/// no longer knows, and the replay need not find all of them again: its batches are cut differently, so that a late sample may come before
/// it can mislead anyone, and the clock has gone on.
///
/// Method: what was told beyond the restored state is adopted beside the book. About these alerts the book says nothing while the replay is
/// under way; it keeps what it would have told. When the replay has passed the moment at which people were told, the two are compared, and
/// the difference is told: nothing, an amended alert, its end, or that it is retracted.
/// </summary>
public sealed partial class AlertBook
{
    /// <summary>Most alerts adopted at once.</summary>
    internal const int MaxAdopted = 2_048;

    private readonly SortedDictionary<string, AdoptedAlert> adopted = new(StringComparer.Ordinal);

    /// <summary>Of the newest event that was told.</summary>
    public long Sequence => sequence;

    /// <summary>Something was adopted that the replay has not passed yet.</summary>
    public bool IsReconciling => adopted.Count > 0;

    /// <summary>
    /// After a restore: takes over what people were told since. What the book knows already is left out, so it may be called again.
    /// </summary>
    /// <param name="events">Of this asset, in any order.</param>
    public void Adopt(IEnumerable<AlertEvent> events)
    {
        long known = sequence;
        foreach (AlertEvent alert in events.Where(e => e.Sequence > known).OrderBy(e => e.Sequence))
        {
            sequence = alert.Sequence;
            if (Adopted(alert) is { } entry)
            {
                entry.ToldAt = alert.RecordedTime > entry.ToldAt ? alert.RecordedTime : entry.ToldAt;
                Hear(entry.Told, alert);
            }
        }
    }

    /// <summary>There is something to reconcile now.</summary>
    public bool HasPassed(Func<AlertEvent, DateTimeOffset, bool> isPassed) =>
        adopted.Values.Any(a => isPassed(a.Told.Begun, a.ToldAt));

    /// <summary>
    /// Adopted alerts that are open and that the book has not found again, though the replay has passed them: next they are retracted.
    /// </summary>
    public ImmutableArray<AlertEvent> Unconfirmed(Func<AlertEvent, DateTimeOffset, bool> isPassed) =>
    [
        .. Passed(isPassed).Where(a => a.Told.IsOpen && !(told.TryGetValue(a.Told.Begun.AlertId, out ToldAlert? found) && found.IsOpen))
            .Select(a => a.Told.Begun),
    ];

    /// <summary>Compares what was told with what the replay has found, and gives what is to be told, in order.</summary>
    /// <param name="isPassed">
    /// Whether the replay has passed this adopted alert: of its newest beginning, and when people were told of it last.
    /// </param>
    /// <param name="now">Becomes the recorded time.</param>
    public ImmutableArray<AlertEvent> Reconcile(Func<AlertEvent, DateTimeOffset, bool> isPassed, DateTimeOffset now)
    {
        events.Clear();
        pass++;
        foreach (AdoptedAlert alert in Passed(isPassed).OrderBy(a => a.Told.Begun.Sequence))
        {
            adopted.Remove(alert.Told.Begun.AlertId);
            Compare(alert.Told, now);
        }

        return [.. events];
    }

    private List<AdoptedAlert> Passed(Func<AlertEvent, DateTimeOffset, bool> isPassed) =>
        [.. adopted.Values.Where(a => isPassed(a.Told.Begun, a.ToldAt))];

    private AdoptedAlert? Adopted(AlertEvent alert)
    {
        if (adopted.TryGetValue(alert.AlertId, out AdoptedAlert? entry))
        {
            return entry;
        }

        bool isKnown = told.TryGetValue(alert.AlertId, out ToldAlert? before);
        if (adopted.Count >= MaxAdopted || (!isKnown && alert.Kind == AlertKind.Cleared))
        {
            // An end whose beginning nobody has: there is nothing to take back.
            return null;
        }

        var copy = new ToldAlert
        {
            Begun = before?.Begun ?? alert,
            BegunContent = before?.BegunContent ?? Content(alert),
            BegunFoundAt = alert.EventTime.UtcTicks,
            End = before?.End,
            EndContent = before?.EndContent,
            IsRetracted = before?.IsRetracted ?? false,
            Revision = before?.Revision ?? 0,
        };
        return adopted[alert.AlertId] = new AdoptedAlert(copy);
    }

    private static void Hear(ToldAlert known, AlertEvent alert)
    {
        switch (alert.Kind)
        {
            case AlertKind.Cleared:
                known.End = alert;
                known.EndContent = Content(alert);
                return;
            case AlertKind.Retracted:
                known.IsRetracted = true;
                known.Revision++;
                break;
            default:
                known.Begun = alert;
                known.BegunContent = Content(alert);
                known.IsRetracted = false;
                known.Revision += alert.Kind == AlertKind.Amended ? 1 : 0;
                break;
        }

        known.End = null;
        known.EndContent = null;
    }

    private void Compare(ToldAlert known, DateTimeOffset now)
    {
        if (!told.TryGetValue(known.Begun.AlertId, out ToldAlert? found) || found.IsRetracted)
        {
            // It stays in the book, for a claim that is found after all is told as amended.
            Take(found ?? (told[known.Begun.AlertId] = known), known);
            if (!known.IsRetracted)
            {
                Retract(told[known.Begun.AlertId], now, known.Begun.Summary);
            }

            return;
        }

        (AlertEvent begun, AlertEvent? end, bool hasEnd) = (found.Begun, found.End, found.EndContent is not null);
        Take(found, known);
        TellBegin(begun, found.BegunFoundAt, now);
        if (end is not null)
        {
            TellEnd(found, end, found.EndFoundAt, now);
        }
        else if (!hasEnd && found.EndContent is not null)
        {
            Amend(found, found.Begun, found.BegunContent, now);
        }
    }

    /// <summary>What was told becomes what the book believes to have told; when it was found stays as the replay has it.</summary>
    private static void Take(ToldAlert found, ToldAlert known)
    {
        found.Begun = known.Begun;
        found.BegunContent = known.BegunContent;
        found.End = known.End;
        found.EndContent = known.EndContent;
        found.IsRetracted = known.IsRetracted;
        found.Revision = known.Revision;
    }
}
