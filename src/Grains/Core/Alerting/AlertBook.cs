using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Core.Alerting;

/// <summary>
/// The alerts of one asset: turns what detectors find into claims on someone's attention, with ids made of their cause, an incident, and an
/// explanation in the names and units of the plant. It knows which alerts are active, so that a finding told twice is one alert.
/// </summary>
public sealed class AlertBook
{
    /// <summary>
    /// Beyond it new alerts are suppressed and counted: nobody reads two hundred alerts of one asset, and a state has an end.
    /// </summary>
    public const int MaxActive = 200;

    public static readonly TimeSpan DefaultIncidentGap = TimeSpan.FromMinutes(5);

    private const byte StateVersion = 1;

    private readonly string assetId;
    private readonly IReadOnlyList<MetricLabel> metrics;
    private readonly IReadOnlyDictionary<string, AlertPolicy> policies;
    private readonly IncidentEpisodes episodes;
    private readonly List<AlertEvent> active = [];
    private long sequence;

    /// <param name="metrics">The twin's metric table, read anew at each finding: it may grow.</param>
    /// <param name="policies">By detector id; a detector without one gets <see cref="AlertPolicy.For"/> its kind.</param>
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

    /// <summary>Raised and not yet cleared, in the order in which they were raised.</summary>
    public ImmutableArray<AlertEvent> ActiveAlerts => [.. active];

    /// <summary>Alerts not raised because <see cref="MaxActive"/> were.</summary>
    public long Suppressed { get; private set; }

    /// <summary>Null when the finding changes nothing: raised already, suppressed, or the end of one that was suppressed.</summary>
    /// <param name="now">Becomes the recorded time; ids do not depend on it.</param>
    public AlertEvent? Record(Anomaly anomaly, string operatingState, DateTimeOffset now)
    {
        string subject = anomaly.Metric >= 0 ? metrics[anomaly.Metric].Name : anomaly.Detector.Id;
        int place = active.FindIndex(alert => alert.Subject == subject && alert.Explanation.DetectorId == anomaly.Detector.Id);
        if (anomaly.IsRaised)
        {
            return place < 0 ? Raise(anomaly, subject, operatingState, now) : null;
        }

        return place >= 0 ? Clear(anomaly, place, operatingState, now) : null;
    }

    /// <summary>
    /// Ends, as retracted, the active alerts of detectors that no longer know of them. Event time and explanation are those of the finding:
    /// nothing was measured that ended it.
    /// </summary>
    /// <param name="isKept">Whether the detector of this id still has its findings.</param>
    public ImmutableArray<AlertEvent> Withdraw(Func<string, bool> isKept, DateTimeOffset now)
    {
        ImmutableArray<AlertEvent>.Builder withdrawn = ImmutableArray.CreateBuilder<AlertEvent>();
        for (int i = active.Count - 1; i >= 0; i--)
        {
            AlertEvent raised = active[i];
            if (isKept(raised.Explanation.DetectorId))
            {
                continue;
            }

            active.RemoveAt(i);
            episodes.Clear(raised.Category, raised.EventTime);
            var detector = new DetectorIdentity(
                raised.Explanation.DetectorId, raised.Explanation.DetectorKind, raised.Explanation.DetectorVersion);
            withdrawn.Add(raised with
            {
                Id = AlertIds.OfAlert(assetId, detector, raised.Subject, raised.EventTime, AlertKind.Retracted),
                Kind = AlertKind.Retracted,
                RecordedTime = now,
                Sequence = ++sequence,
                Summary = $"Withdrawn: detector {detector.Id} was changed. {raised.Summary}",
            });
        }

        return withdrawn.ToImmutable();
    }

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Int64(sequence);
        writer.Int64(Suppressed);
        episodes.Save(writer);
        writer.Int32(active.Count);
        foreach (AlertEvent alert in active)
        {
            AlertState.Save(alert, writer);
        }
    }

    public void Restore(StateReader reader)
    {
        reader.Version(StateVersion);
        sequence = reader.Int64();
        Suppressed = reader.Int64();
        episodes.Restore(reader);
        active.Clear();
        int count = reader.Count(AlertState.MinSize);
        for (int i = 0; i < count; i++)
        {
            active.Add(AlertState.Restore(reader));
        }
    }

    private AlertEvent? Raise(Anomaly anomaly, string subject, string operatingState, DateTimeOffset now)
    {
        if (active.Count >= MaxActive)
        {
            Suppressed++;
            return null;
        }

        AlertPolicy policy = policies.TryGetValue(anomaly.Detector.Id, out AlertPolicy? own) ? own : AlertPolicy.For(anomaly.Detector.Kind);
        string id = AlertIds.OfAlert(assetId, anomaly.Detector, subject, anomaly.EventTime, AlertKind.Raised);
        AlertEvent alert = new()
        {
            Id = id,
            AlertId = id,
            Kind = AlertKind.Raised,
            AssetId = assetId,
            AlertName = policy.AlertName,
            Subject = subject,
            EventTime = anomaly.EventTime,
            RecordedTime = now,
            Sequence = ++sequence,
            Severity = policy.Severity,
            Audiences = policy.Audiences,
            Category = policy.Category,
            IncidentId = episodes.Raise(policy.Category, anomaly.EventTime),
            Explanation = Explain(anomaly, operatingState),
            Summary = AlertSentences.Summary(anomaly, metrics, anomaly.EventTime),
            Recommendation = policy.Recommendation,
        };
        active.Add(alert);
        return alert;
    }

    private AlertEvent Clear(Anomaly anomaly, int place, string operatingState, DateTimeOffset now)
    {
        AlertEvent raised = active[place];
        active.RemoveAt(place);
        episodes.Clear(raised.Category, anomaly.EventTime);

        // Name, severity and audiences are those it was raised with: a policy changed meanwhile must not move its end to other people.
        return raised with
        {
            Id = AlertIds.OfAlert(assetId, anomaly.Detector, raised.Subject, anomaly.EventTime, AlertKind.Cleared),
            Kind = AlertKind.Cleared,
            EventTime = anomaly.EventTime,
            RecordedTime = now,
            Sequence = ++sequence,
            Explanation = Explain(anomaly, operatingState),
            Summary = AlertSentences.Summary(anomaly, metrics, raised.EventTime),
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
    };
}
