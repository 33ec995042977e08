using System.Runtime.InteropServices;
using Millwright.Ingest.Quarantine;
using Millwright.Telemetry;

namespace Millwright.Ingest.Log;

/// <summary>
/// Takes what a payload decoder pushes out of one message, and appends it to the log as records: one per asset, or a quarantined message.
/// Reused from message to message by one session; not thread-safe.
/// </summary>
/// <remarks>
/// Samples record: version (1), ingest ticks (8), sample count (4), flags (1: step 1, source 2), asset, [unit, step], [source], then per
/// sample flags (1: quality in bits 0-1, historical 4, text 8), event ticks (8), value (8), metric, [text]. Version 1 had no source.
/// </remarks>
public sealed class LogRecordWriter(TelemetryLog log)
{
    internal const byte Version = 2;
    internal const byte QuarantineVersion = 1;
    internal const int CountAt = 9;
    internal const byte StepFlag = 1;
    internal const byte SourceFlag = 2;
    internal const byte HistoricalFlag = 4;
    internal const byte TextFlag = 8;

    /// <summary>A message with more than this for one asset becomes several records, so that no record outgrows a commit.</summary>
    private const int SplitBytes = 128 << 10;

    private readonly RecordBuffer buffer = new(4 << 10);
    private readonly List<(LogRecordKind Kind, int Start, int Length)> records = [];
    private string asset = "";
    private UnitStep? step;
    private string source = "";
    private DateTimeOffset ingestTime;
    private int start = -1;
    private int count;
    private int appendedRecords;
    private bool isGroup;
    private long last = -1;

    /// <summary>Samples pushed since <see cref="Start"/>.</summary>
    public int Samples { get; private set; }

    /// <summary>
    /// Position of the first record of the message appended last; -1 when it has none. Durable is the message when all is from here to
    /// its last record: a large one may lie in several commits.
    /// </summary>
    public long First { get; private set; } = -1;

    /// <summary>Records ready to be appended.</summary>
    public int Records => records.Count;

    private RecordGroup Group => new(CollectionsMarshal.AsSpan(records), buffer.Slice(0, buffer.Length).Span);

    /// <param name="received">When the message was received; written with each of its records.</param>
    public void Start(DateTimeOffset received)
    {
        Reset();
        First = -1;
        ingestTime = received;
    }

    /// <param name="sourceName">The gateway, or the kind of listener; empty for nobody: the samples then move no source's clock.</param>
    public void Begin(string assetId, UnitStep? unitStep = null, string sourceName = "")
    {
        Discard();
        asset = assetId;
        step = unitStep;
        source = sourceName;
        start = buffer.Length;
        count = 0;
        buffer.Byte(Version);
        buffer.Int64(ingestTime.UtcTicks);
        buffer.Int32(0);
        buffer.Byte((byte)((unitStep is null ? 0 : StepFlag) | (sourceName.Length == 0 ? 0 : SourceFlag)));
        buffer.Text(assetId);
        if (unitStep is not null)
        {
            buffer.Text(unitStep.UnitId);
            buffer.Text(unitStep.Step);
        }

        if (sourceName.Length > 0)
        {
            buffer.Text(sourceName);
        }
    }

    public void Sample(string metric, DateTimeOffset eventTime, double value, string? text, SampleQuality quality, bool historical)
    {
        BeginSample(eventTime, value, text, quality, historical);
        buffer.Text(metric);
        EndSample(text);
    }

    /// <summary>As above, for a decoder that has the metric's name as UTF-8 and no string for it.</summary>
    public void Sample(ReadOnlySpan<byte> metric, DateTimeOffset eventTime, double value, string? text, SampleQuality quality,
        bool historical)
    {
        BeginSample(eventTime, value, text, quality, historical);
        buffer.Utf8(metric);
        EndSample(text);
    }

    /// <summary>Ends the asset's record; one without samples is dropped.</summary>
    public void End()
    {
        if (start >= 0 && count > 0)
        {
            buffer.Int32At(start + CountAt, count);
            records.Add((LogRecordKind.Samples, start, buffer.Length - start));
            start = -1;
        }

        Discard();
    }

    /// <summary>Sends the message to quarantine; a record begun and not ended is dropped, those that ended before stay.</summary>
    /// <param name="source">Listener and client, e.g. <c>mqtt:client-7</c>.</param>
    /// <param name="topic">UTF-8.</param>
    /// <param name="payload">Cut to <see cref="QuarantinedMessage.MaxPayload"/>.</param>
    public void Reject(string source, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, string code, string detail)
    {
        Discard();
        int at = buffer.Length;
        buffer.Byte(QuarantineVersion);
        buffer.Int64(ingestTime.UtcTicks);
        buffer.Text(source);
        buffer.Utf8(topic);
        buffer.Text(code);
        buffer.Text(detail);
        buffer.Int32(payload.Length);
        buffer.Bytes(payload[..Math.Min(payload.Length, QuarantinedMessage.MaxPayload)]);
        records.Add((LogRecordKind.Quarantined, at, buffer.Length - at));
    }

    /// <summary>Another record to be appended with the message's own: they are then durable together or not at all.</summary>
    public void Join(LogRecordKind kind, ReadOnlySpan<byte> payload)
    {
        Discard();
        int at = buffer.Length;
        buffer.Raw(payload);
        records.Add((kind, at, payload.Length));
        isGroup = records.Count > 1;
    }

    /// <summary>Whether all records fit into one commit.</summary>
    public bool FitsOneCommit => Group.Size <= log.MaxGroupBytes;

    /// <summary>Appends without waiting; false when the log has no room, and then the records stay for the next try.</summary>
    /// <param name="position">Of the last record, to wait for; -1 when there is none.</param>
    public bool TryAppend(out long position)
    {
        Discard();
        position = last;
        if (isGroup)
        {
            return TryAppendGroup(out position);
        }

        while (appendedRecords < records.Count)
        {
            (LogRecordKind kind, int at, int length) = records[appendedRecords];
            if (!log.TryAppend(kind, buffer.Slice(at, length).Span, out position))
            {
                return false;
            }

            First = appendedRecords == 0 ? position : First;
            last = position;
            appendedRecords++;
        }

        Reset();
        return true;
    }

    /// <summary>
    /// Appends all records of the message, waiting for room; returns the last one's position, to wait for, or -1 when there is none.
    /// </summary>
    public async ValueTask<long> AppendAsync(CancellationToken cancellationToken)
    {
        long position;
        while (!TryAppend(out position))
        {
            await log.WaitForRoomAsync().WaitAsync(cancellationToken);
        }

        return position;
    }

    private bool TryAppendGroup(out long position)
    {
        if (!log.TryAppendGroup(Group, out position))
        {
            return false;
        }

        First = position;
        Reset();
        return true;
    }

    private void BeginSample(DateTimeOffset eventTime, double value, string? text, SampleQuality quality, bool historical)
    {
        if (start < 0)
        {
            throw new InvalidOperationException("Sample before Begin.");
        }

        if (buffer.Length - start > SplitBytes)
        {
            End();
            Begin(asset, step, source);
        }

        buffer.Byte((byte)((int)quality | (historical ? HistoricalFlag : 0) | (text is null ? 0 : TextFlag)));
        buffer.Int64(eventTime.UtcTicks);
        buffer.Double(value);
    }

    private void EndSample(string? text)
    {
        if (text is not null)
        {
            buffer.Text(text);
        }

        count++;
        Samples++;
    }

    private void Discard()
    {
        if (start >= 0)
        {
            buffer.Truncate(start);
            start = -1;
        }
    }

    private void Reset()
    {
        records.Clear();
        buffer.Truncate(0);
        start = -1;
        Samples = 0;
        appendedRecords = 0;
        last = -1;
        isGroup = false;
    }
}
