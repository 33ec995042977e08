using Millwright.Cli.Drill.Verdict;

namespace Millwright.Cli.Drill.Canary;

/// <summary>What the connections of one canary share.</summary>
internal sealed class CanaryParts(CanaryPlan plan, CanaryBook book, Recovery recovery, TimeProvider time)
{
    private long end = long.MaxValue;

    public CanaryPlan Plan => plan;

    public CanaryBook Book => book;

    public Recovery Recovery => recovery;

    public TimeProvider Time => time;

    /// <summary>The last event time to be sent.</summary>
    public long EndMilliseconds => Interlocked.Read(ref end);

    public void End(DateTimeOffset at) => Interlocked.Exchange(ref end, at.ToUnixTimeMilliseconds());
}
