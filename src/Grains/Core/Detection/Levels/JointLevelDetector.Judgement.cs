namespace Millwright.Core.Detection.Levels;

/// <summary>What is made of a cell, and how it is told.</summary>
public sealed partial class JointLevelDetector
{
    private void Judge(LevelBaseline[] state, double score, ICollection<Anomaly> findings)
    {
        if (restLeft > 0)
        {
            restLeft--;
            TakeAsTheyAre(state, 0, isAll: false);
        }
        else if (!shift.IsOpen)
        {
            cellsBeyond = score >= parameters.Threshold ? cellsBeyond + 1 : 0;
            if (cellsBeyond >= parameters.Hold)
            {
                shift.Begin(tracks, deviances);
                findings.Add(Found(state, isRaised: true));
            }
        }

        if (shift.IsOpen && shift.IsOver(tracks, deviances, parameters))
        {
            shift.End();
            cellsBeyond = 0;
            restLeft = RestCells + 1;
            TakeAsTheyAre(state, LevelTrack.Windows.Length - 1, isAll: shift.Age >= parameters.Longest);
            findings.Add(Found(state, isRaised: false));
        }
    }

    /// <summary>After the rest, what is not back is at home where it is; after too long a shift all are.</summary>
    private void TakeAsTheyAre(LevelBaseline[] state, int window, bool isAll)
    {
        for (int position = 0; position < tracks.Length; position++)
        {
            LevelTrack track = tracks[position];
            bool isAway = restLeft == 0 && Math.Abs(track.DeviationOf(0)) > track.ScaleOf(0);
            if (isAway || (isAll && track.HasSpoken))
            {
                track.Anchor(state[position], window);
            }
        }
    }

    private Anomaly Found(LevelBaseline[] state, bool isRaised)
    {
        LevelTrack lead = tracks[0];
        foreach (LevelTrack track in tracks)
        {
            lead = Math.Abs(track.Deviance) > Math.Abs(lead.Deviance) ? track : lead;
        }

        Anomaly finding = new()
        {
            Detector = Identity,
            Metric = -1,
            IsRaised = isRaised,
            EventTime = cells!.End,
            Score = verdict.Score,
            Threshold = parameters.Threshold,
            WindowStart = cells.StartOf(cells.Cell - LevelTrack.Windows[lead.Window] + 1),
            WindowEnd = cells.End,
            Completeness = (double)verdict.Metrics / watched.Count,
            Contributions = verdict.Contributions(watched, tracks, deviances),
        };
        return isRaised ? WithCounterfactual(finding, state) : finding;
    }

    /// <summary>The largest contributor whose newest cell could have kept the score below the limit.</summary>
    private Anomaly WithCounterfactual(Anomaly finding, LevelBaseline[] state)
    {
        foreach (MetricContribution contribution in finding.Contributions)
        {
            int position = watched.PositionOf(contribution.Metric);
            double room = LevelVerdict.Room(deviances, position, parameters.Threshold);
            if (cells!.TryMean(position, out double value) && room > 0
                && tracks[position].TryMoveInside(state[position], parameters.Memory, room, out double inside))
            {
                return finding with
                {
                    CounterfactualMetric = contribution.Metric,
                    CounterfactualValue = inside,
                    CounterfactualIsUpper = inside < value,
                };
            }
        }

        return finding;
    }
}
