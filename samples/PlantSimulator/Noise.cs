namespace Millwright.Simulation;

/// <summary>
/// Noise as a pure function of (seed, stream, tick). No generator is advanced, so a fault on one asset leaves every other value
/// of the plant as it was: a run with faults minus a run without is exactly the faults' effect.
/// </summary>
internal readonly struct Noise(ulong seed)
{
    public static ulong StreamOf(string asset, string metric)
    {
        unchecked
        {
            // FNV-1a, since string.GetHashCode differs from process to process.
            ulong hash = 14695981039346656037;
            foreach (char c in asset)
            {
                hash = (hash ^ c) * 1099511628211;
            }

            hash = (hash ^ '/') * 1099511628211;
            foreach (char c in metric)
            {
                hash = (hash ^ c) * 1099511628211;
            }

            return hash;
        }
    }

    /// <summary>In [0, 1).</summary>
    public double Uniform(ulong stream, long tick) => (Mix(stream, tick, 0) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Mean 0, standard deviation 1.</summary>
    public double Gaussian(ulong stream, long tick)
    {
        double u = ((Mix(stream, tick, 1) >> 11) + 1) * (1.0 / ((1UL << 53) + 1));
        double v = (Mix(stream, tick, 2) >> 11) * (1.0 / (1UL << 53));
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v);
    }

    /// <summary>Slow wander with a period of about <paramref name="ticks"/>: gaussian knots, cosine between them.</summary>
    public double Drift(ulong stream, long tick, long ticks)
    {
        long knot = Math.DivRem(tick, ticks, out long rest);
        double a = Gaussian(stream, knot);
        double b = Gaussian(stream, knot + 1);
        double blend = (1 - Math.Cos(Math.PI * rest / ticks)) / 2;
        return a + ((b - a) * blend);
    }

    private ulong Mix(ulong stream, long tick, ulong salt)
    {
        unchecked
        {
            ulong z = seed + (0x9E3779B97F4A7C15UL * (stream ^ (((ulong)tick * 0xD1B54A32D192ED03UL) + salt)));
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            z ^= z >> 31;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            return z ^ (z >> 29);
        }
    }
}
