using System.Buffers.Binary;

namespace Millwright.Ingest.Log;

/// <summary>Frames that go to disk in one commit, and the one completion that everyone waits for who has a record among them.</summary>
internal sealed class CommitBuffer(int capacity, bool synced)
{
    private static readonly byte[] SyncedMark = [1];
    private static readonly byte[] PlainMark = [0];

    private byte[] bytes = new byte[Math.Min(capacity, 64 << 10)];
    private TaskCompletionSource? completion;

    public long Base { get; private set; }

    public int Length { get; private set; }

    public int Records { get; private set; }

    /// <summary>Bytes it takes, up to its capacity: less while sources are slowed. One record is always taken.</summary>
    public int Limit { get; set; }

    /// <summary>Timestamp of the first record, for the commit's duration as its sources see it.</summary>
    public long FirstAppended { get; private set; }

    public long End => Base + Length;

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public Task Completion => (completion ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Reset(long position, int limit)
    {
        Base = position;
        Limit = limit;
        Length = 0;
        Records = 0;
        completion = null;
        Add(LogRecordKind.CommitMark, synced ? SyncedMark : PlainMark);
        Records = 0;
    }

    /// <summary>False when there is no more room. A record that is larger than the whole buffer was refused before.</summary>
    public bool TryAdd(LogRecordKind kind, ReadOnlySpan<byte> payload, TimeProvider time, out long position)
    {
        if (Length + LogFrame.Size(payload.Length) > (Records == 0 ? capacity : Limit))
        {
            position = -1;
            return false;
        }

        if (Records == 0)
        {
            FirstAppended = time.GetTimestamp();
        }

        position = Add(kind, payload);
        return true;
    }

    /// <summary>All of them or, when they do not fit, none; <paramref name="position"/> is the last one's.</summary>
    /// <param name="most">Bytes it may hold with this group as its first.</param>
    public bool TryAddGroup(RecordGroup group, long most, TimeProvider time, out long position)
    {
        if (Length + group.Size > (Records == 0 ? Math.Min(capacity, most) : Limit))
        {
            position = -1;
            return false;
        }

        if (Records == 0)
        {
            FirstAppended = time.GetTimestamp();
        }

        Span<byte> following = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(following, group.Size - LogFrame.Size(sizeof(int)));
        position = Add(LogRecordKind.GroupMark, following);
        foreach ((LogRecordKind kind, int start, int length) in group.Records)
        {
            position = Add(kind, group.Bytes.Slice(start, length));
        }

        Records--;
        return true;
    }

    public TaskCompletionSource? TakeCompletion() => Interlocked.Exchange(ref completion, null);

    private long Add(LogRecordKind kind, ReadOnlySpan<byte> payload)
    {
        int size = LogFrame.Size(payload.Length);
        if (Length + size > bytes.Length)
        {
            Array.Resize(ref bytes, (int)Math.Min(capacity, Math.Max((long)bytes.Length * 2, Length + size)));
        }

        long position = End;
        LogFrame.Write(bytes.AsSpan(Length, size), position, kind, payload);
        Length += size;
        Records++;
        return position;
    }
}
