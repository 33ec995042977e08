namespace Millwright.Core.Detection;

/// <summary>
/// The score of the Numenta Anomaly Benchmark for detections at given rows, over all recordings: 0 is saying nothing, 100 is the first
/// row of each window and nothing else.
/// </summary>
internal sealed class NabScore(double falseWeight, double missWeight)
{
    private double total;
    private double silent;
    private double perfect;

    public static NabScore Standard() => new(0.11, 1);

    public static NabScore LowFalsePositives() => new(0.22, 1);

    public double Value => 100 * (total - silent) / (perfect - silent);

    public void Add(NabRecording recording, IReadOnlyCollection<int> detections)
    {
        foreach ((int first, int last) in recording.Windows)
        {
            perfect++;
            if (last < recording.Probation)
            {
                continue;
            }

            silent -= missWeight;
            int from = Math.Max(first, recording.Probation);
            int[] inside = [.. detections.Where(row => row >= from && row <= last)];
            double width = last - first + 1;
            total += inside.Length == 0 ? -missWeight : Sigmoid(-(last - inside.Min() + 1) / width) / Sigmoid(-1);
        }

        total += detections.Where(row => row >= recording.Probation).Sum(row => Outside(recording, row));
    }

    private double Outside(NabRecording recording, int row)
    {
        if (recording.Windows.Any(window => row >= window.First && row <= window.Last))
        {
            return 0;
        }

        (int First, int Last)[] before = [.. recording.Windows.Where(window => window.Last < row)];
        return falseWeight * (before.Length == 0
            ? -1
            : Sigmoid((row - before[^1].Last) / (double)Math.Max(1, before[^1].Last - before[^1].First)));
    }

    private static double Sigmoid(double place) => place > 3 ? -1 : (2 / (1 + Math.Exp(5 * place))) - 1;
}
