using Millwright.Core.Detection;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>What an alert says would have kept it from firing is tried before the alert leaves.</summary>
public sealed partial class TwinEngine
{
    /// <summary>
    /// Samples after which a busy twin keeps one more snapshot between two places of the grid, so that a trial replays at most these.
    /// </summary>
    internal const int TrialReach = 8_192;

    private readonly CounterfactualTrial trial;
    private StageSnapshot? near;

    /// <summary>Counterfactuals that were tried and hold, since this object was made.</summary>
    public long CounterfactualsHeld { get; private set; }

    /// <summary>Counterfactuals that fired too, or could not be tried: the alert left without them.</summary>
    public long CounterfactualsDropped { get; private set; }

    /// <summary>
    /// Holds what was found since the last time to its contract, and tries its counterfactuals. To be called before findings
    /// are taken from the output; <see cref="CatchUp(TwinOutput, bool)"/> does.
    /// </summary>
    public void CheckCounterfactuals(TwinOutput output)
    {
        for (int i = 0; i < output.Anomalies.Count; i++)
        {
            Anomaly anomaly = output.Anomalies[i];
            if (anomaly.IsChecked)
            {
                continue;
            }

            Invariant.Holds(anomaly.SumsUp);
            // An end says nothing of what would have kept the beginning away: nothing is tried for it, or counted.
            double? claimed = anomaly.IsRaised ? anomaly.CounterfactualValue : null;
            bool isDropped = claimed is not null && !Holds(anomaly);
            CounterfactualsHeld += claimed is null || isDropped ? 0 : 1;
            CounterfactualsDropped += isDropped ? 1 : 0;
            output.Anomalies[i] = anomaly with
            {
                IsChecked = true,
                CounterfactualValue = isDropped ? null : claimed,
            };
        }
    }

    private bool Holds(Anomaly anomaly)
    {
        // Whatever the order in which samples came, the snapshot of this place is there: an older one may be or not.
        long place = Ticks.Floor(anomaly.FoundAt.UtcTicks, spacing, 0);
        StageSnapshot? start = null;
        foreach (StageSnapshot snapshot in snapshots)
        {
            start = snapshot.Ticks <= place ? snapshot : start;
        }

        if (start is null)
        {
            return false;
        }

        trial.Begin(start, near is not null && near.Ticks > start.Ticks ? near : null, place);
        return trial.Holds(anomaly, buffer);
    }

    private void KeepNear(long ticks)
    {
        if (!IsInDoubt && snapshots.Count > 0 && observed - (near ?? snapshots[^1]).Observed >= TrialReach)
        {
            near = new StageSnapshot(ticks, observed, ordered.Snapshot());
        }
    }

    /// <summary>A sample has come out of order: what was kept of later states is no longer what it would be.</summary>
    private void ForgetBeyond(long ticks)
    {
        near = near?.Ticks > ticks ? null : near;
        trial.ForgetBeyond(ticks);
    }
}
