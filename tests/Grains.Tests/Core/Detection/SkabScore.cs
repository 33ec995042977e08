namespace Millwright.Core.Detection;

/// <summary>Points pooled over files, no point adjustment: the protocol under which SKAB publishes its table.</summary>
internal sealed record SkabScore(int TruePositives, int FalsePositives, int FalseNegatives, int TrueNegatives)
{
    public double F1 => TruePositives / (TruePositives + ((FalseNegatives + FalsePositives) / 2.0));

    public double FalseAlarmRate => FalsePositives / (double)(FalsePositives + TrueNegatives);

    public static SkabScore Of(IEnumerable<SkabRecording> recordings, Func<IDetector> create)
    {
        int[] counts = new int[4];
        foreach (SkabRecording recording in recordings)
        {
            IDetector detector = create();
            List<Anomaly> findings = [];
            bool isActive = false;
            for (int row = 0; row < recording.Times.Length; row++)
            {
                for (int metric = 0; metric < recording.Values[row].Length; metric++)
                {
                    Observation observation = new(metric, recording.Times[row], recording.Values[row][metric], default);
                    detector.Observe(observation, new DetectionContext("unknown", recording.Times[row]), findings);
                }

                // What is known when this row has arrived; a cell is judged when the next begins, so it lags by one row.
                isActive = findings.Count > 0 ? findings[^1].IsRaised : isActive;
                findings.Clear();
                if (row >= SkabRecording.WarmupRows)
                {
                    counts[(recording.IsAnomalous[row] ? 0 : 1) + (isActive ? 0 : 2)]++;
                }
            }
        }

        return new SkabScore(counts[0], counts[1], counts[2], counts[3]);
    }
}
