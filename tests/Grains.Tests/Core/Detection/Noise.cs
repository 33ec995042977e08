namespace Millwright.Core.Detection;

/// <summary>Seeded bell-shaped noise.</summary>
internal sealed class Noise(int seed)
{
    private readonly Random random = new(seed);

    public double Next(double mean = 0, double deviation = 1)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        return mean + (deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
    }

    public int Whole(int exclusiveMaximum) => random.Next(exclusiveMaximum);
}
