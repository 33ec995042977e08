using Millwright.Telemetry;

namespace Millwright.Ingest.Tests.Feed;

/// <summary>Makes twins take so many samples per tick and no more, over all: calls wait in a line, as they do for processors.</summary>
internal sealed class SlowTwins
{
    private readonly Queue<(int Samples, TaskCompletionSource Done)> line = new();
    private int credit;

    public SlowTwins(FakeTwins twins) => twins.Before = Take;

    public int Waiting => line.Count;

    /// <summary>Lets calls go that hold this many samples; the last one may take more, and the next tick pays for it.</summary>
    public void Tick(int samples)
    {
        credit = Math.Min(credit, 0) + samples;
        while (credit > 0 && line.TryDequeue(out (int Samples, TaskCompletionSource Done) call))
        {
            credit -= call.Samples;
            call.Done.SetResult();
        }
    }

    private Task Take(TelemetryBatch batch)
    {
        var done = new TaskCompletionSource();
        line.Enqueue((batch.Samples.Length, done));
        return done.Task;
    }
}
