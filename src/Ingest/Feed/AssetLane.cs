using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Millwright.Ingest.Log;
using Millwright.Telemetry;

namespace Millwright.Ingest.Feed;

/// <summary>What the feeder knows of one asset. Touched by the feeder's loop only.</summary>
internal sealed class AssetLane(string assetId)
{
    private TelemetrySample[] pending = [];
    private long firstPending = -1;
    private long lastPending = -1;
    private long firstVolatile = -1;

    public string AssetId { get; } = assetId;

    /// <summary>The batch that was sent, or waits to be sent again; null when the lane is free.</summary>
    public TelemetryBatch? Flight { get; private set; }

    public int PendingCount { get; private set; }

    /// <summary>Samples in memory.</summary>
    public int Buffered => PendingCount + (Flight?.Samples.Length ?? 0);

    /// <summary>In the ready queue, under call, or in the retry queue: has an owner that will come back to it.</summary>
    public bool IsOwned { get; set; }

    public int Failures { get; set; }

    /// <summary>Refusals since the last accepted batch.</summary>
    public int Refusals { get; set; }

    public long LastCall { get; set; }

    /// <summary>Last position that the twin took; -1 when not known.</summary>
    public long Accepted { get; private set; } = -1;

    public long Durable { get; private set; } = -1;

    /// <summary>The live reader skips the lane; a rewind will bring the records after <see cref="BehindAfter"/>.</summary>
    public bool IsBehind { get; private set; }

    public long BehindAfter { get; set; } = -1;

    /// <summary>The running rewind serves the lane.</summary>
    public bool IsRewinding { get; set; }

    public bool HasVolatile => firstVolatile >= 0;

    public bool IsEmpty => PendingCount == 0 && Flight is null;

    /// <summary>Lowest position that this lane still needs from the log; <see cref="long.MaxValue"/> for none.</summary>
    public long NeededFrom
    {
        get
        {
            long needed = long.MaxValue;
            needed = Flight is { Samples.IsEmpty: false } flight ? Math.Min(needed, flight.Samples[0].Position) : needed;
            needed = PendingCount > 0 ? Math.Min(needed, firstPending) : needed;
            needed = IsBehind ? Math.Min(needed, BehindAfter + 1) : needed;
            return HasVolatile ? Math.Min(needed, firstVolatile) : needed;
        }
    }

    public void Add(scoped ref RecordReader record, long position)
    {
        int needed = PendingCount + record.Count;
        if (needed > pending.Length)
        {
            Array.Resize(ref pending, Math.Max(needed, Math.Max(16, pending.Length * 2)));
        }

        record.ReadSamples(pending.AsSpan(PendingCount, record.Count));
        firstPending = PendingCount == 0 ? position : firstPending;
        lastPending = position;
        PendingCount = needed;
    }

    /// <summary>Makes the next batch out of all that is pending.</summary>
    public TelemetryBatch Depart(string logId)
    {
        TelemetrySample[] samples = pending.AsSpan(0, PendingCount).ToArray();

        // Cleared, so that the reused buffer does not keep yesterday's texts and steps alive.
        pending.AsSpan(0, PendingCount).Clear();
        PendingCount = 0;
        Flight = new TelemetryBatch
        {
            AssetId = AssetId,
            LogId = logId,
            PreviousPosition = Accepted,
            Samples = ImmutableCollectionsMarshal.AsImmutableArray(samples),
        };
        return Flight;
    }

    /// <summary>The batch was taken, or was an empty question.</summary>
    public void Arrive(ObserveResult result)
    {
        if (Flight is { Samples.IsEmpty: false } flight)
        {
            Accepted = flight.Samples[^1].Position;
            firstVolatile = firstVolatile < 0 ? flight.Samples[0].Position : firstVolatile;
        }

        Flight = null;
        Failures = 0;
        Refusals = 0;
        Durable = result.DurablePosition;
        if (Durable >= Accepted)
        {
            firstVolatile = -1;
        }
        else if (HasVolatile)
        {
            firstVolatile = Math.Max(firstVolatile, Durable + 1);
        }
    }

    /// <summary>The batch will not be sent again.</summary>
    public void Abandon()
    {
        Flight = null;
        Failures = 0;
    }

    /// <summary>The twin has seen no more than <paramref name="position"/>: everything after it is read from the log again.</summary>
    /// <param name="position">What the twin has seen.</param>
    /// <param name="durable">What of it is in a checkpoint.</param>
    /// <param name="isKnown">False: the next batch does not claim what came before it.</param>
    public void Rewind(long position, long durable, bool isKnown)
    {
        Flight = null;
        Failures = 0;
        DropPending();
        Accepted = isKnown ? position : -1;
        Durable = durable;
        firstVolatile = durable < position ? durable + 1 : -1;
        FallBehindAfter(position);
    }

    /// <summary>Gives up what waits behind the batch under way; the records stay in the log.</summary>
    public void FallBehind()
    {
        DropPending();
        FallBehindAfter(Flight!.Samples[^1].Position);
    }

    /// <summary>Keeps what it has; what follows is read again later.</summary>
    public void StopReading() => FallBehindAfter(lastPending);

    public void CatchUp()
    {
        IsBehind = false;
        IsRewinding = false;
    }

    private void FallBehindAfter(long position)
    {
        BehindAfter = position;
        IsBehind = true;
        IsRewinding = false;
    }

    private void DropPending()
    {
        pending.AsSpan(0, PendingCount).Clear();
        PendingCount = 0;
    }
}
