using Millwright.Ingest.Feed;
using Millwright.Telemetry;

namespace Millwright.Ingest.Tests.Feed;

/// <summary>Twins that keep what they were given, in memory, and behave as told.</summary>
internal sealed class FakeTwins : ITwinCaller
{
    private readonly Dictionary<string, Twin> twins = [];

    /// <summary>Called before a batch is taken; throws or returns null to go on, a task to answer later.</summary>
    public Func<TelemetryBatch, Task?>? Before { get; set; }

    /// <summary>Whether twins say that all they have seen is in a checkpoint.</summary>
    public bool Checkpoints { get; set; } = true;

    public Func<Exception, bool> Transient { get; set; } = failure => failure is TimeoutException;

    public int Calls { get; private set; }

    public double[] Values(string asset) => twins.TryGetValue(asset, out Twin? twin) ? [.. twin.Values] : [];

    public List<int> BatchSizes { get; } = [];

    /// <summary>The twin died and came back with what it knew at this position.</summary>
    public void Forget(string asset, long position)
    {
        Twin twin = twins[asset];
        int index = twin.Positions.FindIndex(p => p > position);
        if (index >= 0)
        {
            twin.Positions.RemoveRange(index, twin.Positions.Count - index);
            twin.Values.RemoveRange(index, twin.Values.Count - index);
        }

        twin.Seen = position;
        twin.Durable = Math.Min(twin.Durable, position);
    }

    public void Checkpoint(string asset)
    {
        if (twins.TryGetValue(asset, out Twin? twin))
        {
            twin.Durable = twin.Seen;
        }
    }

    /// <summary>The twin died and came back from its checkpoint.</summary>
    public void Restore(string asset)
    {
        if (twins.TryGetValue(asset, out Twin? twin))
        {
            Forget(asset, twin.Durable);
        }
    }

    public bool IsTransient(Exception failure) => Transient(failure);

    public ValueTask<ObserveResult> ObserveAsync(string assetId, TelemetryBatch batch)
    {
        Calls++;
        Assert.Equal(assetId, batch.AssetId);
        return Before?.Invoke(batch) is { } wait ? new(TakeLaterAsync(wait, batch)) : new(Take(batch));
    }

    private async Task<ObserveResult> TakeLaterAsync(Task wait, TelemetryBatch batch)
    {
        await wait;
        return Take(batch);
    }

    private ObserveResult Take(TelemetryBatch batch)
    {
        if (!twins.TryGetValue(batch.AssetId, out Twin? twin))
        {
            twins.Add(batch.AssetId, twin = new Twin());
        }

        bool accepted = batch.PreviousPosition <= twin.Seen;
        if (accepted && batch.Samples.Length > 0)
        {
            BatchSizes.Add(batch.Samples.Length);
            foreach (TelemetrySample sample in batch.Samples.Where(s => s.Position > twin.Seen))
            {
                twin.Values.Add(sample.Value);
                twin.Positions.Add(sample.Position);
            }

            twin.Seen = Math.Max(twin.Seen, batch.Samples[^1].Position);
            twin.Durable = Checkpoints ? twin.Seen : twin.Durable;
        }

        return new ObserveResult { Accepted = accepted, Position = twin.Seen, DurablePosition = twin.Durable };
    }

    private sealed class Twin
    {
        public List<double> Values { get; } = [];

        public List<long> Positions { get; } = [];

        public long Seen { get; set; } = -1;

        public long Durable { get; set; } = -1;
    }
}
