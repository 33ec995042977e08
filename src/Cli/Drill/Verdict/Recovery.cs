namespace Millwright.Cli.Drill.Verdict;

/// <summary>
/// Takes the time from each kill to what shows that the silo is back. An answer counts only over a connection made after the kill, and an
/// alert only when its event time lies after it: what was on its way before proves nothing.
/// </summary>
internal sealed class Recovery(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<double> ready = [];
    private readonly List<double> acknowledged = [];
    private readonly List<double> alerted = [];
    private bool isKilled;
    private long killed;
    private DateTimeOffset killedAt;
    private int number;
    private (bool Ready, bool Acknowledged, bool Alerted) seen = (true, true, true);
    private int interrupted;

    public MillisecondHistogram AlertDelays { get; } = new();

    /// <summary>Kills that came before the one before them was recovered from.</summary>
    public int Interrupted => interrupted;

    public bool IsComplete
    {
        get
        {
            lock (gate)
            {
                return seen is (true, true, true);
            }
        }
    }

    /// <returns>Its number, for <see cref="Ready"/>.</returns>
    public int Kill()
    {
        lock (gate)
        {
            interrupted += isKilled && seen is not (true, true, true) ? 1 : 0;
            (isKilled, killed, killedAt) = (true, time.GetTimestamp(), time.GetUtcNow());
            seen = (false, false, false);
            return ++number;
        }
    }

    public void Ready(int kill)
    {
        lock (gate)
        {
            if (kill == number && !seen.Ready)
            {
                seen.Ready = true;
                ready.Add(Since());
            }
        }
    }

    /// <param name="connected">When the connection that carried the answer was made.</param>
    public void Acknowledged(long connected)
    {
        if (seen.Acknowledged || connected < Interlocked.Read(ref killed))
        {
            return;
        }

        lock (gate)
        {
            if (!seen.Acknowledged && connected >= killed)
            {
                seen.Acknowledged = true;
                acknowledged.Add(Since());
            }
        }
    }

    public void Alerted(DateTimeOffset eventTime)
    {
        lock (gate)
        {
            AlertDelays.Add((time.GetUtcNow() - eventTime).TotalMilliseconds);
            if (!seen.Alerted && eventTime > killedAt)
            {
                seen.Alerted = true;
                alerted.Add(Since());
            }
        }
    }

    public (Quantiles Ready, Quantiles Acknowledged, Quantiles Alerted) Summary()
    {
        lock (gate)
        {
            return (Quantiles.Of(ready), Quantiles.Of(acknowledged), Quantiles.Of(alerted));
        }
    }

    private double Since() => time.GetElapsedTime(killed).TotalMilliseconds;
}
