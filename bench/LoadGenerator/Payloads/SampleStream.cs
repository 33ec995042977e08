namespace Millwright.LoadGenerator.Payloads;

/// <summary>Values around 70 with a standard deviation of 1, drawn once and then repeated: drawing would cost more than sending.</summary>
internal sealed class SampleStream
{
    private const int Drawn = 8192;
    private readonly int[] values = new int[Drawn];
    private int next;

    public SampleStream(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < Drawn; i++)
        {
            double u = 1 - random.NextDouble();
            double gaussian = Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * random.NextDouble());

            // Clipped at four deviations: a natural outlier would be an alert that nobody planned.
            values[i] = (int)Math.Round((70 + Math.Clamp(gaussian, -4, 4)) * 10_000);
        }
    }

    /// <summary>In ten-thousandths.</summary>
    public int Next()
    {
        next = (next + 1) & (Drawn - 1);
        return values[next];
    }
}
