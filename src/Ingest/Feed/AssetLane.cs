using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Millwright.Ingest.Log;
using Millwright.Telemetry;

namespace Millwright.Ingest.Feed;

/// <summary>What the feeder knows of one asset. Touched by the feeder's loop only.</summary>
internal sealed class AssetLane(string assetId, LaneClass laneClass)
{
    /// <summary>Samples; a larger buffer is given back after use, or each asset would keep the size of its worst moment.</summary>
    private const int KeptBuffer = 512;

    private readonly SourceRuns sources = new();
    private TelemetrySample[] pending = [];
    private int pendingReread;
    private int flightReread;
    private long firstVolatile = -1;

    public string AssetId { get; } = assetId;

    public LaneClass Class { get; } = laneClass;

    /// <summary>The batch that was sent, or waits to be sent again; null when the lane is free.</summary>
    public TelemetryBatch? Flight { get; private set; }

    public int PendingCount { get; private set; }

    /// <summary>Samples in memory.</summary>
    public int Buffered => PendingCount + FlightCount;

    /// <summary>Those of them that a rewind brought.</summary>
    public int Reread => pendingReread + flightReread;

    /// <summary>What <see cref="FeedBudget"/> last counted.</summary>
    public int CountedLive { get; set; }

    public int CountedReread { get; set; }

    /// <summary>In a ready queue, under call, or in the retry queue: has an owner that will come back to it.</summary>
    public bool IsOwned { get; set; }

    public bool IsUnderCall { get; set; }

    public int Failures { get; set; }

    /// <summary>The last failure lay in the surroundings.</summary>
    public bool IsTransient { get; set; }

    /// <summary>Refusals since the last accepted batch.</summary>
    public int Refusals { get; set; }

    /// <summary>Null while the twin does not throw on batches.</summary>
    public PoisonHunt? Hunt { get; set; }

    public long LastCall { get; set; }

    /// <summary>Last position that the twin took; -1 when not known.</summary>
    public long Accepted { get; private set; } = -1;

    public long Durable { get; private set; } = -1;

    /// <summary>The live reader skips the lane; a rewind will bring the records after <see cref="BehindAfter"/>.</summary>
    public bool IsBehind { get; private set; }

    public long BehindAfter { get; private set; } = -1;

    /// <summary>When the next record that a rewind will bring had been received, or one before it.</summary>
    public DateTimeOffset BehindSince { get; private set; }

    /// <summary>Samples that the live reader skipped and no rewind has brought yet; after a twin lost state, not all of them.</summary>
    public long Skipped { get; private set; }

    /// <summary>The running rewind serves the lane.</summary>
    public bool IsRewinding { get; set; }

    public bool HasVolatile => firstVolatile >= 0;

    public bool IsEmpty => PendingCount == 0 && Flight is null;

    /// <summary>Lowest position that this lane still needs from the log; <see cref="long.MaxValue"/> for none.</summary>
    public long NeededFrom => HasVolatile ? Math.Min(NextPosition, firstVolatile) : NextPosition;

    /// <summary>Lowest position that is not delivered; <see cref="long.MaxValue"/> when all is.</summary>
    public long NextPosition
    {
        get
        {
            long next = IsBehind ? BehindAfter + 1 : long.MaxValue;
            next = PendingCount > 0 ? Math.Min(next, pending[0].Position) : next;
            return FlightCount > 0 ? Math.Min(next, Flight!.Samples[0].Position) : next;
        }
    }

    /// <summary>When the oldest undelivered sample had been received; null when all is delivered.</summary>
    public DateTimeOffset? WaitsSince =>
        FlightCount > 0 ? Flight!.Samples[0].IngestTime : PendingCount > 0 ? pending[0].IngestTime : IsBehind ? BehindSince : null;

    private int FlightCount => Flight?.Samples.Length ?? 0;

    public void Add(scoped ref RecordReader record, long position)
    {
        if (Hunt is not null && Hunt.IsGiven(position))
        {
            return;
        }

        int needed = PendingCount + record.Count;
        if (needed > pending.Length)
        {
            Array.Resize(ref pending, Math.Max(needed, Math.Max(16, pending.Length * 2)));
        }

        record.ReadSamples(pending.AsSpan(PendingCount, record.Count));
        sources.Add(position, record.Source);
        PendingCount = needed;
    }

    /// <summary>Adds what a rewind brought.</summary>
    public void AddReread(scoped ref RecordReader record, long position)
    {
        int before = PendingCount;
        Add(ref record, position);
        pendingReread += PendingCount - before;
        BehindAfter = position;
        BehindSince = record.IngestTime;
        Skipped = Math.Max(0, Skipped - record.Count);
    }

    /// <summary>Makes the next batch: all that is pending, or what a hunt for poison tries next.</summary>
    public TelemetryBatch Depart(string logId)
    {
        ReadOnlySpan<TelemetrySample> waiting = pending.AsSpan(0, PendingCount);
        int count = Hunt?.Take(waiting) ?? PendingCount;
        TelemetrySample[] samples = waiting[..count].ToArray();

        // Which of them a rewind brought does not matter once: the oldest are taken to be those.
        flightReread = Math.Min(pendingReread, count);
        pendingReread -= flightReread;
        KeepPending(PendingCount - count);
        Flight = new TelemetryBatch
        {
            AssetId = AssetId,
            LogId = logId,
            PreviousPosition = Accepted,
            Samples = ImmutableCollectionsMarshal.AsImmutableArray(samples),
            Sources = count == 0 ? [] : sources.Take(samples[^1].Position),
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
            Hunt?.Took(Accepted, result.DurablePosition);
            Hunt = Hunt is { IsOver: true } ? null : Hunt;
        }

        Abandon();
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
        flightReread = 0;
        Failures = 0;
    }

    /// <summary>The batch goes back in front of what is pending.</summary>
    public void Unsend()
    {
        ReadOnlySpan<TelemetrySample> flight = Flight!.Samples.AsSpan();
        var joined = new TelemetrySample[flight.Length + PendingCount];
        flight.CopyTo(joined);
        pending.AsSpan(0, PendingCount).CopyTo(joined.AsSpan(flight.Length));
        pending = joined;
        PendingCount = joined.Length;
        pendingReread += flightReread;
        sources.PutBack(Flight!.Sources);
        Abandon();
    }

    /// <summary>The twin has seen no more than <paramref name="position"/>: everything after it is read from the log again.</summary>
    /// <param name="position">What the twin has seen.</param>
    /// <param name="durable">What of it is in a checkpoint.</param>
    /// <param name="isKnown">False: the next batch does not claim what came before it.</param>
    public void Rewind(long position, long durable, bool isKnown)
    {
        DateTimeOffset since = WaitsSince ?? BehindSince;
        Skipped += FlightCount;
        Abandon();
        DropPending();
        Accepted = isKnown ? position : -1;
        Durable = durable;
        firstVolatile = durable < position ? durable + 1 : -1;
        FallBehindAfter(position, since);
    }

    /// <summary>Gives up what waits behind the batch under way; the records stay in the log.</summary>
    public void ShedPending()
    {
        DateTimeOffset since = pending[0].IngestTime;
        long after = pending[0].Position - 1;
        DropPending();
        FallBehindAfter(after, since);
    }

    /// <summary>Gives up the batch too. What the twin is asked next is whether it is there at all.</summary>
    public void ShedFlight()
    {
        TelemetrySample first = Flight!.Samples[0];
        int failures = Failures;
        Skipped += FlightCount;
        Abandon();
        DropPending();
        Failures = failures;
        FallBehindAfter(first.Position - 1, first.IngestTime);
    }

    /// <summary>Keeps what it has; what follows from this position on is read again later.</summary>
    public void StopReading(long position, DateTimeOffset ingestTime) => FallBehindAfter(position - 1, ingestTime);

    /// <summary>The rewind that serves the lane has read everything before the position.</summary>
    public void PassedTo(long position) => BehindAfter = Math.Max(BehindAfter, position - 1);

    /// <summary>A lane on whose batches its twin throws holds them for long; it gets less room.</summary>
    public bool IsFull(FeedOptions options) =>
        PendingCount >= (Hunt is null ? options.MaxAssetSamples : Math.Max(1, options.MaxAssetSamples / 8));

    public void Skip(int samples) => Skipped += samples;

    public void CatchUp()
    {
        IsBehind = false;
        IsRewinding = false;
        Skipped = 0;
    }

    private void FallBehindAfter(long position, DateTimeOffset since)
    {
        BehindAfter = position;
        BehindSince = since;
        IsBehind = true;
        IsRewinding = false;
    }

    private void DropPending()
    {
        Skipped += PendingCount;
        pendingReread = 0;
        PendingCount = 0;
        pending = [];
        sources.Clear();
    }

    private void KeepPending(int count)
    {
        ReadOnlySpan<TelemetrySample> rest = pending.AsSpan(PendingCount - count, count);
        if (pending.Length > KeptBuffer)
        {
            pending = rest.ToArray();
        }
        else
        {
            // Cleared, so that the reused buffer does not keep yesterday's texts and steps alive.
            rest.CopyTo(pending);
            pending.AsSpan(count, PendingCount - count).Clear();
        }

        PendingCount = count;
    }
}
