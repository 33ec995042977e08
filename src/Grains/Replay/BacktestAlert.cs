using Millwright.Alerts;
using Millwright.Core.Alerting;

namespace Millwright.Grains.Replay;

/// <summary>One alert of either side of a backtest.</summary>
/// <param name="Match">Id of the first alert of the other side that is the same event; null when there is none.</param>
/// <param name="Verdict">What operators said of it, or of the one that it matches; null when nobody did.</param>
public sealed record BacktestAlert(
    string AlertId, string Subject, DateTimeOffset Begin, DateTimeOffset? End, string Summary, AlertExplanation Explanation, string? Match,
    Verdict? Verdict)
{
    public static BacktestAlert Of(AlertEpisode episode, AlertEpisode? match, Verdict? verdict) => new(
        episode.Begun.AlertId,
        episode.Begun.Subject,
        episode.Begin,
        episode.End,
        episode.Begun.Summary,
        episode.Begun.Explanation,
        match?.Begun.AlertId,
        verdict);
}
