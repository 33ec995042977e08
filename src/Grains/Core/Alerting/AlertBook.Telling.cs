using System.Buffers;
using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Core.Alerting;

/// <summary>What was told, compared with what holds now: the difference is what is told next.</summary>
public sealed partial class AlertBook
{
    private void TellBegin(AlertEvent alert, long foundAt, DateTimeOffset now)
    {
        string content = Content(alert);
        if (!told.TryGetValue(alert.AlertId, out ToldAlert? known))
        {
            known = new ToldAlert { Begun = Tell(alert, now), BegunContent = content, BegunFoundAt = foundAt };
            told.Add(alert.AlertId, known);
        }
        else if (known.IsRetracted || known.BegunContent != content)
        {
            if (!known.IsRetracted && known.Begun.IncidentId != alert.IncidentId)
            {
                // It has moved to another incident, and the first must let go of it.
                Retract(known, now, known.Begun.Summary);
            }

            Amend(known, alert, content, now);
        }

        known.BegunFoundAt = foundAt;
        known.BegunPass = pass;
    }

    private void TellEnd(ToldAlert alert, AlertEvent end, long foundAt, DateTimeOffset now)
    {
        string content = Content(end);
        if (alert.EndContent is not null && alert.EndContent != content)
        {
            Amend(alert, alert.Begun, alert.BegunContent, now);
        }

        if (alert.EndContent is null)
        {
            // Not of its time alone: one sample may end two alerts of one subject, the true one and the one it was taken for.
            alert.End = Tell(end with { Id = AlertIds.OfRevision(end.AlertId, AlertKind.Cleared, alert.Revision, content) }, now);
            alert.EndContent = content;
        }

        alert.EndFoundAt = foundAt;
        alert.EndPass = pass;
    }

    /// <summary>After a rewind: what was found from there on and has not been found again no longer holds.</summary>
    private void TakeBack(long from, DateTimeOffset now)
    {
        foreach (ToldAlert alert in told.Values.OrderBy(t => t.Begun.Sequence).ToList())
        {
            if (alert.IsRetracted || alert.BegunFoundAt == Claimed)
            {
                continue;
            }

            if (alert.BegunFoundAt >= from && alert.BegunPass != pass)
            {
                Retract(alert, now, alert.Begun.Summary);
            }
            else if (alert.EndContent is not null && alert.EndFoundAt >= from && alert.EndPass != pass)
            {
                Amend(alert, alert.Begun, alert.BegunContent, now);
            }
        }
    }

    /// <summary>What only the clock says is told like the rest, but never folded: what samples show comes before it.</summary>
    private void Claim(List<Anomaly> overdue, DateTimeOffset now)
    {
        pass++;
        foreach (Anomaly anomaly in overdue)
        {
            string subject = Subject(anomaly);
            AlertPolicy policy = PolicyOf(anomaly.Detector);
            AlertEvent alert = Draft(anomaly, subject, anomaly.OperatingState, policy,
                episodes.Preview(policy.Category, anomaly.EventTime));
            bool isKnown = told.TryGetValue(alert.AlertId, out ToldAlert? known);
            if (isKnown ? known!.BegunFoundAt == Claimed || known.IsRetracted : told.Values.Count(t => t.IsOpen) < MaxActive)
            {
                TellBegin(alert, Claimed, now);
            }
        }

        foreach (ToldAlert alert in told.Values.OrderBy(t => t.Begun.Sequence).ToList())
        {
            if (alert.BegunFoundAt == Claimed && alert.BegunPass != pass && !alert.IsRetracted)
            {
                Retract(alert, now, alert.Begun.Summary);
            }
        }
    }

    private void Amend(ToldAlert alert, AlertEvent next, string content, DateTimeOffset now)
    {
        alert.Revision++;
        alert.Begun = Tell(next with
        {
            Id = AlertIds.OfRevision(next.AlertId, AlertKind.Amended, alert.Revision, content),
            Kind = AlertKind.Amended,
        }, now);
        alert.BegunContent = content;
        alert.EndContent = null;
        alert.End = null;
        alert.IsRetracted = false;
    }

    private void Retract(ToldAlert alert, DateTimeOffset now, string summary)
    {
        AlertEvent begun = alert.Begun;
        var detector = new DetectorIdentity(
            begun.Explanation.DetectorId, begun.Explanation.DetectorKind, begun.Explanation.DetectorVersion);
        Tell(begun with
        {
            Id = alert.Revision == 0
                ? AlertIds.OfAlert(assetId, detector, begun.Subject, begun.EventTime, AlertKind.Retracted)
                : AlertIds.OfRevision(begun.AlertId, AlertKind.Retracted, alert.Revision, alert.BegunContent),
            Kind = AlertKind.Retracted,
            Summary = summary,
        }, now);
        alert.Revision++;
        alert.IsRetracted = true;
        alert.EndContent = null;
        alert.End = null;
        alert.BegunFoundAt = alert.BegunFoundAt == Claimed ? begun.EventTime.UtcTicks : alert.BegunFoundAt;
    }

    private AlertEvent Tell(AlertEvent alert, DateTimeOffset now)
    {
        if (adopted.ContainsKey(alert.AlertId))
        {
            // People know more of it than this book does: nothing is said before the two can be compared.
            return alert with { RecordedTime = now };
        }

        AlertEvent next = alert with { RecordedTime = now, Sequence = ++sequence };
        events.Add(next);
        return next;
    }

    /// <summary>Lets go of what is final, and of the oldest when too much is kept.</summary>
    private void Forget(long final)
    {
        int over = undo.Count - MaxUndo;
        finalBefore = Math.Max(finalBefore, over > 0 ? Math.Max(final, undo[over - 1].FoundAt + 1) : final);
        if (undo.Count == 0 && told.Count == active.Count)
        {
            return;
        }

        undo.RemoveAll(u => u.FoundAt < finalBefore);
        HashSet<string> needed = [.. active, .. undo.Select(u => u.AlertId).OfType<string>()];
        foreach (ToldAlert alert in told.Values.ToList())
        {
            bool isFinal = !alert.IsOpen && alert.BegunFoundAt < finalBefore && alert.EndFoundAt < finalBefore;
            if (isFinal && !needed.Contains(alert.Begun.AlertId) && !adopted.ContainsKey(alert.Begun.AlertId))
            {
                told.Remove(alert.Begun.AlertId);
            }
        }
    }

    /// <summary>What an event says, without when and how often it was said.</summary>
    private static string Content(AlertEvent alert)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        AlertState.Save(alert with { Id = "", Kind = default, RecordedTime = default, Sequence = 0 }, new StateWriter(buffer));
        return CauseId.OfBytes(buffer.WrittenSpan);
    }
}
