using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.State;
using Millwright.Core.Twins;

namespace Millwright.Core.Alerting;

/// <summary>
/// The alerts of one asset: turns what detectors find into claims on someone's attention, with ids made of their cause, an incident, and an
/// explanation in the names and units of the plant. It knows which alerts are active, so that a finding told twice is one alert.
///
/// Two things are kept apart. The fold over findings (active alerts, episodes) is a function of the findings in their order, and steps back
/// when the twin rewinds. What was told cannot be taken back: after each fold the two are compared, and the difference is told as amended,
/// retracted or new. An amended alert replaces all that was told of it and is open again until an end is told anew.
///
/// Trap: a book that was restored from an older state has told more than it knows. What people heard since is adopted, see there.
/// </summary>
public sealed partial class AlertBook
{
    /// <summary>
    /// Beyond it new alerts are suppressed and counted: nobody reads two hundred alerts of one asset, and a state has an end.
    /// </summary>
    public const int MaxActive = 200;

    /// <summary>Most findings that can be taken back; older ones are final.</summary>
    internal const int MaxUndo = 2_048;

    /// <summary>Between a detector's id and a version, in the key of a policy of that version.</summary>
    public const char VersionMark = '\n';

    public static readonly TimeSpan DefaultIncidentGap = TimeSpan.FromMinutes(5);

    private const byte StateVersion = 4;
    private const long Claimed = long.MaxValue;

    private readonly string assetId;
    private readonly IReadOnlyList<MetricLabel> metrics;
    private readonly IReadOnlyDictionary<string, AlertPolicy> policies;
    private readonly IncidentEpisodes episodes;

    // Alert ids in the order in which they were raised, and how to take findings back, oldest first.
    private readonly List<string> active = [];
    private readonly List<AlertUndo> undo = [];
    private readonly SortedDictionary<string, ToldAlert> told = new(StringComparer.Ordinal);
    private readonly List<AlertEvent> events = [];
    private long sequence;
    private long finalBefore = long.MinValue;
    private int pass;

    /// <param name="metrics">The twin's metric table, read anew at each finding: it may grow.</param>
    /// <param name="policies">By detector id, or by id and version; a detector without one gets <see cref="AlertPolicy.For"/> its
    /// kind.</param>
    /// <param name="incidentGap">In event time, from the last cleared alert to the next raised one; at this distance a new incident
    /// begins.</param>
    public AlertBook(
        string assetId,
        IReadOnlyList<MetricLabel> metrics,
        IReadOnlyDictionary<string, AlertPolicy> policies,
        TimeSpan incidentGap)
    {
        Invariant.Holds(incidentGap >= TimeSpan.Zero);
        this.assetId = assetId;
        this.metrics = metrics;
        this.policies = policies;
        episodes = new IncidentEpisodes(assetId, incidentGap);
    }

    /// <summary>Raised and not yet cleared, in the order in which they were told.</summary>
    public ImmutableArray<AlertEvent> ActiveAlerts =>
    [
        .. told.Values.Where(t => !adopted.ContainsKey(t.Begun.AlertId)).Concat(adopted.Values.Select(a => a.Told))
            .Where(t => t.IsOpen).OrderBy(t => t.Begun.Sequence).Select(t => t.Begun),
    ];

    /// <summary>Alerts not raised because <see cref="MaxActive"/> were.</summary>
    public long Suppressed { get; private set; }

    /// <summary>
    /// Takes what the twin has found, and also what it has taken back, since the last time. Gives what is to be told, in order.
    /// </summary>
    /// <param name="finalBefore">What was found before this instant will never be taken back.</param>
    /// <param name="now">Becomes the recorded time; ids do not depend on it.</param>
    public ImmutableArray<AlertEvent> Record(TwinOutput output, DateTimeOffset finalBefore, DateTimeOffset now)
    {
        events.Clear();
        pass++;
        long from = long.MinValue;
        if (output.RewoundTo is { } back)
        {
            from = Math.Max(back.UtcTicks, this.finalBefore);
            StepBack(from);
        }

        foreach (Anomaly anomaly in output.Anomalies)
        {
            // What is found again and could not be taken back is in the book already.
            if (anomaly.FoundAt.UtcTicks >= from || anomaly.FoundAt < output.RewoundTo)
            {
                Fold(anomaly, anomaly.OperatingState, now);
            }
        }

        if (output.RewoundTo is not null)
        {
            TakeBack(from, now);
        }

        if (output.IsOverdueChanged)
        {
            Claim(output.Overdue, now);
        }

        Forget(finalBefore.UtcTicks);
        return [.. events];
    }

    /// <summary>Takes one finding. Null when it changes nothing: raised already, suppressed, or the end of such a one.</summary>
    public AlertEvent? Record(Anomaly anomaly, string operatingState, DateTimeOffset now)
    {
        events.Clear();
        pass++;
        Fold(anomaly, operatingState, now);
        return events.Count > 0 ? events[^1] : null;
    }

    /// <summary>
    /// Ends, as retracted, the active alerts of detectors that no longer know of them. Event time and explanation are those of the finding:
    /// nothing was measured that ended it.
    /// </summary>
    /// <param name="isKept">Whether the alert's detector still has it.</param>
    public ImmutableArray<AlertEvent> Withdraw(Func<AlertEvent, bool> isKept, DateTimeOffset now)
    {
        events.Clear();
        for (int i = active.Count - 1; i >= 0; i--)
        {
            ToldAlert alert = told[active[i]];
            if (isKept(alert.Begun))
            {
                continue;
            }

            // Nothing is taken back beyond this: the steps before it were taken with this alert in its place.
            if (undo.Count > 0)
            {
                finalBefore = Math.Max(finalBefore, undo[^1].FoundAt + 1);
                undo.Clear();
            }

            active.RemoveAt(i);
            episodes.Clear(alert.Begun.Category, alert.Begun.EventTime);
            Retract(alert, now, $"Withdrawn: detector {alert.Begun.Explanation.DetectorId} was changed. {alert.Begun.Summary}");
        }

        return [.. events];
    }

    private void Fold(Anomaly anomaly, string operatingState, DateTimeOffset now)
    {
        string subject = Subject(anomaly);
        int place = active.FindIndex(id => told[id].Begun is var raised
            && raised.Subject == subject && raised.Explanation.DetectorId == anomaly.Detector.Id);
        if (anomaly.IsRaised && place < 0)
        {
            Raise(anomaly, subject, operatingState, now);
        }
        else if (!anomaly.IsRaised && place >= 0)
        {
            Clear(anomaly, place, operatingState, now);
        }
    }

    private void Raise(Anomaly anomaly, string subject, string operatingState, DateTimeOffset now)
    {
        long foundAt = anomaly.FoundAt.UtcTicks;
        if (active.Count >= MaxActive)
        {
            Suppressed++;
            undo.Add(new AlertUndo(foundAt, null, -1, default));
            return;
        }

        AlertPolicy policy = PolicyOf(anomaly.Detector);
        IncidentEpisodes.Episode before = episodes[policy.Category];
        AlertEvent alert = Draft(anomaly, subject, operatingState, policy, episodes.Raise(policy.Category, anomaly.EventTime));
        active.Add(alert.AlertId);
        undo.Add(new AlertUndo(foundAt, alert.AlertId, -1, before));
        TellBegin(alert, foundAt, now);
    }

    private void Clear(Anomaly anomaly, int place, string operatingState, DateTimeOffset now)
    {
        ToldAlert alert = told[active[place]];
        AlertEvent raised = alert.Begun;
        undo.Add(new AlertUndo(anomaly.FoundAt.UtcTicks, raised.AlertId, place, episodes[raised.Category]));
        active.RemoveAt(place);
        episodes.Clear(raised.Category, anomaly.EventTime);

        // Name, severity and audiences are those it was raised with: a policy changed meanwhile must not move its end to other people.
        AlertEvent end = raised with
        {
            Kind = AlertKind.Cleared,
            EventTime = anomaly.EventTime,
            Explanation = Explain(anomaly, operatingState),
            Summary = anomaly.IsWithdrawn
                ? $"Withdrawn: version {anomaly.Detector.Version} of detector {anomaly.Detector.Id} no longer speaks. {raised.Summary}"
                : AlertSentences.Summary(anomaly, metrics, raised.EventTime),
        };
        TellEnd(alert, end, anomaly.FoundAt.UtcTicks, now);
    }

    private void StepBack(long from)
    {
        while (undo.Count > 0 && undo[^1].FoundAt >= from)
        {
            AlertUndo step = undo[^1];
            undo.RemoveAt(undo.Count - 1);
            if (step.AlertId is null)
            {
                Suppressed--;
                continue;
            }

            episodes[told[step.AlertId].Begun.Category] = step.Episode;
            if (step.Place < 0)
            {
                active.Remove(step.AlertId);
            }
            else
            {
                active.Insert(step.Place, step.AlertId);
            }
        }
    }

    private string Subject(Anomaly anomaly) => anomaly.Metric >= 0 ? metrics[anomaly.Metric].Name : anomaly.Detector.Id;

    private AlertPolicy PolicyOf(DetectorIdentity detector) =>
        policies.TryGetValue(detector.Id + VersionMark + detector.Version, out AlertPolicy? own)
        || policies.TryGetValue(detector.Id, out own) ? own : AlertPolicy.For(detector.Kind);

    /// <summary>The event of a beginning, not told yet.</summary>
    private AlertEvent Draft(Anomaly anomaly, string subject, string operatingState, AlertPolicy policy, string incident)
    {
        string id = AlertIds.OfAlert(assetId, anomaly.Detector, subject, anomaly.EventTime, AlertKind.Raised);
        return new AlertEvent
        {
            Id = id,
            AlertId = id,
            Kind = AlertKind.Raised,
            AssetId = assetId,
            AlertName = policy.AlertName,
            Subject = subject,
            EventTime = anomaly.EventTime,
            RecordedTime = default,
            Sequence = 0,
            Severity = policy.Severity,
            Audiences = policy.Audiences,
            Category = policy.Category,
            IncidentId = incident,
            Explanation = Explain(anomaly, operatingState),
            Summary = AlertSentences.Summary(anomaly, metrics, anomaly.EventTime),
            Recommendation = policy.Recommendation,
        };
    }

    private AlertExplanation Explain(Anomaly anomaly, string operatingState) => new()
    {
        DetectorId = anomaly.Detector.Id,
        DetectorKind = anomaly.Detector.Kind,
        DetectorVersion = anomaly.Detector.Version,
        Score = anomaly.Score,
        Threshold = anomaly.Threshold,
        WindowStart = anomaly.WindowStart,
        WindowEnd = anomaly.WindowEnd,
        Completeness = anomaly.Completeness,
        Contributions = [.. anomaly.Contributions.Select(entry => new Contribution
        {
            Metric = metrics[entry.Metric].Name,
            Observed = entry.Observed,
            Baseline = entry.Baseline,
            Unit = metrics[entry.Metric].Unit,
            Share = entry.Share,
        })],
        Counterfactual = AlertSentences.Counterfactual(anomaly, metrics),
        OperatingState = operatingState,
        Forecast = anomaly.Forecast is { P10: { } p10, P90: { } p90 } ahead
            ? new AlertForecast { Crosses = ahead.Crosses, P10 = p10, P90 = p90 }
            : null,
        PriorPeers = anomaly.PriorPeers,
    };
}
