namespace Millwright.Silo.Api;

/// <summary>
/// Gives words on an asset's baselines instants of event time that no two of them share, though the twin has not taken the one before yet.
/// What it forgets at its bound or at a restart costs little: two different words with one stamp are both heeded by the twin.
/// </summary>
internal sealed class WordStamps
{
    private const int MaxAssets = 1_024;

    /// <summary>A stamp further ahead of the twin is of a life of the twin that a damaged checkpoint took back.</summary>
    private const long MostAhead = TimeSpan.TicksPerSecond;

    private readonly Lock gate = new();
    private readonly Dictionary<string, long> last = new(StringComparer.Ordinal);

    /// <summary>The first instant after <paramref name="newest"/> that was not given out for the asset.</summary>
    public DateTimeOffset Next(string asset, DateTimeOffset newest)
    {
        lock (gate)
        {
            long ticks = newest.UtcTicks + 1;
            if (last.TryGetValue(asset, out long before) && before >= ticks && before - ticks < MostAhead)
            {
                ticks = before + 1;
            }

            if (last.Count >= MaxAssets && !last.ContainsKey(asset))
            {
                last.Clear();
            }

            last[asset] = ticks;
            return new DateTimeOffset(ticks, TimeSpan.Zero);
        }
    }
}
