using Millwright.Cli.Drill.Canary;

namespace Millwright.Cli.Drill.Verdict;

/// <summary>Goes through the history of one metric and the plan side by side; both ascend, so nothing has to be kept.</summary>
internal sealed class HistoryWalk(CanaryPlan plan, CanaryBook book, int asset, int metric, Findings findings)
{
    private readonly int sent = book.Sent(asset);
    private int next;
    private long last = long.MinValue;
    private long lost;
    private long doubled;
    private long surplus;
    private long acknowledged;

    public void Take(DateTimeOffset eventTime, double value)
    {
        long at = eventTime.ToUnixTimeMilliseconds();
        while (next < sent && plan.EventMilliseconds(asset, next) < at)
        {
            Missing();
            next++;
        }

        if (next < sent && plan.EventMilliseconds(asset, next) == at)
        {
            bool isAcknowledged = book.IsAcknowledged(asset, next);
            acknowledged += isAcknowledged ? 1 : 0;
            if (value != plan.Value(asset, metric, next))
            {
                lost += isAcknowledged ? 1 : 0;
                findings.Example($"{plan.AssetIds[asset]} {CanaryPlan.Metrics[metric]} {eventTime:O}: {value} instead of "
                    + $"{plan.Value(asset, metric, next)}");
            }

            next++;
        }
        else
        {
            doubled += at == last ? 1 : 0;
            surplus += at == last ? 0 : 1;
            findings.Example($"{plan.AssetIds[asset]} {CanaryPlan.Metrics[metric]} {eventTime:O}: nobody sent this, or it is there twice");
        }

        last = at;
    }

    public void End()
    {
        for (; next < sent; next++)
        {
            Missing();
        }

        findings.AddHistory(acknowledged, lost, doubled, surplus);
    }

    private void Missing()
    {
        if (book.IsAcknowledged(asset, next))
        {
            lost++;
            acknowledged++;
            findings.Example($"{plan.AssetIds[asset]} {CanaryPlan.Metrics[metric]} "
                + $"{CanaryPlan.Instant(plan.EventMilliseconds(asset, next)):O}: acknowledged, and not in history");
        }
    }
}
