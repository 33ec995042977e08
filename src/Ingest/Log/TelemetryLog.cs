using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Log;

/// <summary>
/// The durable, ordered record of everything that came in. Many threads append into a buffer in memory; one writer hands the buffer to the
/// disk, syncs once for all that are in it, and completes their waits together. A position is the record's place in the sequence of all
/// bytes
/// ever logged: ascending, never used twice, valid over restarts.
/// </summary>
/// <remarks>
/// A failed write or sync voids its commit and closes its segment: nothing of it is acknowledged, and the next segment says so.
/// </remarks>
public sealed partial class TelemetryLog : IDisposable
{
    private readonly Lock gate = new();
    private readonly LogOptions options;
    private readonly ILogDisk disk;
    private readonly TimeProvider time;
    private readonly LogInstruments instruments;
    private readonly ILogger<TelemetryLog> logger;
    private readonly List<LogSegment> segments = [];

    /// <summary>
    /// What failed in this process, ascending, with a good commit between each two. Never forgotten: what is not in here and below
    /// <see cref="durable"/> passes for durable, however late it is asked for.
    /// </summary>
    private readonly List<(long From, long To)> voidRanges = [];
    private CommitBuffer active;
    private CommitBuffer spare;
    private CommitBuffer? committing;
    private TaskCompletionSource? roomMade;
    private TaskCompletionSource? bufferFull;
    private TaskCompletionSource? durableMoved;
    private long durable;
    private long appended;
    private LogHealth health;
    private bool closed;

    private TelemetryLog(LogOptions options, ILogDisk disk, TimeProvider time, LogInstruments instruments, ILogger<TelemetryLog> logger)
    {
        this.options = options;
        this.disk = disk;
        this.time = time;
        this.instruments = instruments;
        this.logger = logger;
        bool synced = options.Durability == LogDurability.Fsync;
        active = new CommitBuffer(options.MaxPendingBytes, synced);
        spare = new CommitBuffer(options.MaxPendingBytes, synced);
        note = synced ? new EndNote(disk) : null;
        LogRecovery found = LogRecovery.Scan(disk, options.KeepsTornTail);
        DateTimeOffset now = time.GetUtcNow();
        // A log that lost its disk must not continue the old one's positions, so the id holds the time it was made at.
        LogId = found.LogId ?? string.Create(CultureInfo.InvariantCulture, $"{options.Name}-{now.ToUnixTimeMilliseconds():x}");
        CutBytes = found.CutBytes;
        health = new LogHealth(true, "", now);
        Begin(found);
        instruments.Register(this);
    }

    /// <summary>Names this log in batches and twins; made once, kept in every segment.</summary>
    public string LogId { get; }

    /// <summary>Bytes of a torn last commit that were cut at the start.</summary>
    public long CutBytes { get; }

    /// <summary>All records before this position are durable.</summary>
    public long DurableEnd
    {
        get
        {
            lock (gate)
            {
                return durable;
            }
        }
    }

    /// <summary>Oldest position still kept.</summary>
    public long Start
    {
        get
        {
            lock (gate)
            {
                return segments.Count == 0 ? durable : segments[0].Base;
            }
        }
    }

    /// <summary>Records appended since the start of the process.</summary>
    public long AppendedRecords => Volatile.Read(ref appended);

    public LogHealth Health => Volatile.Read(ref health);

    /// <summary>Finds or makes the log, cuts a torn tail, and starts its writer.</summary>
    public static TelemetryLog Open(
        LogOptions options, ILogDisk disk, TimeProvider time, LogInstruments instruments, ILogger<TelemetryLog> logger)
    {
        TelemetryLog log = OpenUnpumped(options, disk, time, instruments, logger);
        log.StartWriter();
        return log;
    }

    /// <summary>Without a writer thread: the owner calls <see cref="Pump"/>. For simulation.</summary>
    internal static TelemetryLog OpenUnpumped(
        LogOptions options, ILogDisk disk, TimeProvider time, LogInstruments instruments, ILogger<TelemetryLog> logger) =>
        new(options, disk, time, instruments, logger);

    /// <summary>
    /// False when the pending bytes are at their bound. Throws <see cref="LogUnavailableException"/> while the disk is down or has no room.
    /// </summary>
    public bool TryAppend(LogRecordKind kind, ReadOnlySpan<byte> payload, out long position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payload.Length, Math.Min(options.MaxRecordBytes, options.MaxPendingBytes / 2));
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (!health.IsHealthy)
            {
                instruments.AppendsRefused.Add(1);
                throw new LogUnavailableException(health.Code, health.Reason, options.MaxRetryPause);
            }

            if (!active.TryAdd(kind, payload, time, out position))
            {
                instruments.AppendsDelayed.Add(1);
                bufferFull?.TrySetResult();
                return false;
            }

            appended++;
            WakeWriter();
            return true;
        }
    }

    /// <summary>What a group may weigh at most, to fit into one commit.</summary>
    internal int MaxGroupBytes => options.MaxPendingBytes - LogFrame.MarkBytes;

    /// <summary>As <see cref="TryAppend"/>, for records that are durable together or not at all.</summary>
    internal bool TryAppendGroup(RecordGroup group, out long position)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(group.Size, MaxGroupBytes);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            if (!health.IsHealthy)
            {
                instruments.AppendsRefused.Add(1);
                throw new LogUnavailableException(health.Code, health.Reason, options.MaxRetryPause);
            }

            long most = RoomForOne();
            if (!active.TryAddGroup(group, most, time, out position))
            {
                if (active.Records == 0 && active.Length + group.Size > most)
                {
                    // Taken, it would fail its commit at the bound, and all that was taken behind it.
                    instruments.AppendsRefused.Add(1);
                    throw new LogUnavailableException(
                        LogUnavailableException.Full, "there is no room for a message of this size.", options.MaxRetryPause);
                }

                instruments.AppendsDelayed.Add(1);
                bufferFull?.TrySetResult();
                return false;
            }

            appended += group.Records.Length;
            WakeWriter();
            return true;
        }
    }

    /// <summary>Appends, waiting for room at the bound: this is where a slow disk slows the sources down.</summary>
    public ValueTask<long> AppendAsync(LogRecordKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        TryAppend(kind, payload.Span, out long position) ? new(position) : AppendWaitingAsync(kind, payload, cancellationToken);

    /// <summary>Completes when <see cref="TryAppend"/> is worth another try.</summary>
    public Task WaitForRoomAsync()
    {
        lock (gate)
        {
            // Only a commit makes room; with none pending and none under way there is room now.
            return active.Records == 0 || closed ? Task.CompletedTask : (roomMade ??= NewSignal()).Task;
        }
    }

    /// <summary>
    /// Completes when the record is durable; only then may its source be acknowledged. Throws <see cref="LogUnavailableException"/> when it
    /// will not be.
    /// </summary>
    public ValueTask WaitDurableAsync(long position) => WaitDurableAsync(position, position);

    /// <summary>
    /// As above for all records from <paramref name="first"/> to <paramref name="last"/>: they may lie in several commits, of which an
    /// earlier one failed and the last did not.
    /// </summary>
    public ValueTask WaitDurableAsync(long first, long last)
    {
        lock (gate)
        {
            if (HoldsVoid(first, last))
            {
                return ValueTask.FromException(new LogUnavailableException(
                    LogUnavailableException.Disk, "the commit that held the record failed.", options.MaxRetryPause));
            }

            if (last < durable)
            {
                return ValueTask.CompletedTask;
            }

            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, active.End);
            ObjectDisposedException.ThrowIf(closed, this);

            // A failure voids both buffers, so this completion speaks for the whole range.
            CommitBuffer holder = committing is { } busy && last < busy.End ? busy : active;
            return new ValueTask(holder.Completion);
        }
    }

    /// <summary>What has become of a record: true or false for good, null while it waits for its commit.</summary>
    public bool? IsDurable(long position)
    {
        lock (gate)
        {
            return HoldsVoid(position, position) ? false : position < durable ? true : null;
        }
    }

    /// <summary>A reader whose first record is the first one at or after <paramref name="from"/> that is still kept.</summary>
    public LogReader OpenReader(long from) => new(this, disk, from);

    /// <summary>Writes a small file beside the segments, as a whole and durably.</summary>
    internal void WriteNote(string name, ReadOnlySpan<byte> content) => disk.Replace(name, content);

    internal void RemoveNote(string name)
    {
        if (disk.List().Contains(name))
        {
            disk.Delete(name);
            disk.SyncDirectory();
        }
    }

    /// <summary>Null when there is no such file.</summary>
    internal byte[]? ReadNote(string name)
    {
        if (!disk.List().Contains(name))
        {
            return null;
        }

        using ILogFile file = disk.Open(name);
        var bytes = new byte[Math.Min(file.Length, 4_096)];
        int count = file.Read(bytes, 0);
        return bytes[..count];
    }

    /// <summary>
    /// Where a reader at this position finds its bytes: the segment (null at the durable end), and how far it may read in it.
    /// </summary>
    internal (LogSegment? Segment, long Position, long Limit) Locate(long position)
    {
        lock (gate)
        {
            foreach (LogSegment segment in segments)
            {
                // From a void range before an empty segment there is nothing to read yet.
                long start = Math.Max(position, segment.Base);
                if (start < segment.End)
                {
                    return (segment, start, segment.End);
                }
            }

            return (null, Math.Max(position, durable), durable);
        }
    }

    /// <summary>Start of a known frame at or before the position, to scan from.</summary>
    internal long FrameBefore(long position)
    {
        lock (gate)
        {
            LogSegment? segment = segments.FindLast(s => s.Base <= position);
            return segment?.MarkBefore(position) ?? (segments.Count == 0 ? durable : segments[0].Base);
        }
    }

    /// <summary>Completes when something behind this position is durable, or the log is closed (then false).</summary>
    internal async ValueTask<bool> WaitForRecordsAsync(long position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task moved;
            lock (gate)
            {
                if (position < durable)
                {
                    return true;
                }

                if (closed)
                {
                    return false;
                }

                moved = (durableMoved ??= NewSignal()).Task;
            }

            await moved.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asked for the newest positions nearly always, so from the end.</summary>
    private bool HoldsVoid(long first, long last)
    {
        for (int i = voidRanges.Count - 1; i >= 0; i--)
        {
            if (voidRanges[i].From <= last)
            {
                return voidRanges[i].To > first;
            }
        }

        return false;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async ValueTask<long> AppendWaitingAsync(LogRecordKind kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        long position;
        while (!TryAppend(kind, payload.Span, out position))
        {
            await WaitForRoomAsync().WaitAsync(cancellationToken);
        }

        return position;
    }
}
