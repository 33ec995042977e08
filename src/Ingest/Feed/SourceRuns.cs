using System.Collections.Immutable;
using Millwright.Telemetry;

namespace Millwright.Ingest.Feed;

/// <summary>
/// Whose the samples of a lane are. Kept by position, as runs: an asset has one source nearly always, and then one run, which is made once
/// and travels with each batch.
/// </summary>
internal sealed class SourceRuns
{
    private readonly List<SourceRun> runs = [];
    private ImmutableArray<SourceRun> taken = [];

    /// <summary>A record from here on; positions ascend until <see cref="Clear"/>.</summary>
    public void Add(long position, string source)
    {
        if (runs.Count == 0 ? source.Length > 0 : runs[^1].Source != source)
        {
            runs.Add(new SourceRun { Position = position, Source = source });
        }
    }

    /// <summary>The runs of all samples up to this position. The last of them goes on.</summary>
    public ImmutableArray<SourceRun> Take(long through)
    {
        int count = 0;
        while (count < runs.Count && runs[count].Position <= through)
        {
            count++;
        }

        if (count == 0)
        {
            return [];
        }

        if (count > 1 || taken.Length != 1 || taken[0] != runs[0])
        {
            taken = [.. runs.Take(count)];
            runs.RemoveRange(0, count - 1);
        }

        return taken;
    }

    /// <summary>What was taken last goes back to the front.</summary>
    public void PutBack(ImmutableArray<SourceRun> front)
    {
        if (front.IsEmpty)
        {
            return;
        }

        if (runs.Count > 0 && runs[0] == front[^1])
        {
            runs.RemoveAt(0);
        }

        runs.InsertRange(0, front);
    }

    public void Clear() => runs.Clear();
}
