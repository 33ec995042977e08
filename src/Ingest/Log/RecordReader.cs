using System.Buffers.Binary;
using Millwright.Ingest.Quarantine;
using Millwright.Telemetry;

namespace Millwright.Ingest.Log;

/// <summary>
/// Reads records back. Every length is checked: content that is not ours gives <see cref="RecordFormatException"/>, never a wrong sample.
/// </summary>
public ref struct RecordReader
{
    private readonly NameCache names;
    private readonly long position;
    private readonly DateTimeOffset ingestTime;
    private readonly UnitStep? step;
    private ReadOnlySpan<byte> rest;

    /// <summary>Reads the head of a samples record.</summary>
    public RecordReader(LogRecord record, NameCache names)
    {
        this.names = names;
        position = record.Position;
        rest = record.Payload;
        byte version = ReadVersion(LogRecordWriter.Version);
        ingestTime = ReadTime();
        Count = ReadInt32();
        byte flags = ReadByte();
        if (flags > (version == 1 ? LogRecordWriter.StepFlag : LogRecordWriter.StepFlag | LogRecordWriter.SourceFlag))
        {
            throw new RecordFormatException($"Record {position}: flags {flags} are unknown.");
        }

        AssetId = ReadName();
        if ((flags & LogRecordWriter.StepFlag) != 0)
        {
            step = new UnitStep { UnitId = ReadName(), Step = ReadName() };
        }

        Source = (flags & LogRecordWriter.SourceFlag) == 0 ? "" : ReadName();

        // A sample takes 19 bytes at least: a count that cannot be true must not size an array.
        if (Count < 0 || Count > rest.Length / 19)
        {
            throw new RecordFormatException($"Record {position}: {Count} samples cannot be in {rest.Length} bytes.");
        }
    }

    public string AssetId { get; }

    /// <summary>The gateway, or the kind of listener; empty when nobody stands for the samples, or nobody said so (version 1).</summary>
    public string Source { get; }

    public int Count { get; }

    public readonly DateTimeOffset IngestTime => ingestTime;

    /// <summary>Reads all samples; the target is <see cref="Count"/> long.</summary>
    public void ReadSamples(Span<TelemetrySample> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            byte flags = ReadByte();
            if (flags > (LogRecordWriter.TextFlag | LogRecordWriter.HistoricalFlag | 3))
            {
                throw new RecordFormatException($"Record {position}: sample flags {flags} are unknown.");
            }

            DateTimeOffset eventTime = ReadTime();
            double value = BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));
            string metric = ReadName();
            target[i] = new TelemetrySample
            {
                Metric = metric,
                EventTime = eventTime,
                Value = value,
                Text = (flags & LogRecordWriter.TextFlag) == 0 ? null : ReadName(),
                Quality = (SampleQuality)(flags & 3),
                Position = position,
                IngestTime = ingestTime,
                Historical = (flags & LogRecordWriter.HistoricalFlag) != 0,
                Step = step,
            };
        }

        if (!rest.IsEmpty)
        {
            throw new RecordFormatException($"Record {position}: {rest.Length} bytes are left over.");
        }
    }

    public static QuarantinedMessage ReadQuarantined(LogRecord record, NameCache names)
    {
        var reader = new RecordReader(record.Position, record.Payload, names);
        reader.ReadVersion(LogRecordWriter.QuarantineVersion);
        return new QuarantinedMessage
        {
            Position = record.Position,
            IngestTime = reader.ReadTime(),
            Source = reader.ReadName(),
            Topic = reader.ReadName(),
            Reason = reader.ReadName(),
            Detail = reader.ReadName(),
            PayloadLength = reader.ReadInt32(),
            Payload = reader.ReadRest(),
        };
    }

    private RecordReader(long position, ReadOnlySpan<byte> payload, NameCache names)
    {
        this.names = names;
        this.position = position;
        rest = payload;
        AssetId = "";
        Source = "";
    }

    private byte[] ReadRest()
    {
        int length = ReadInt32();
        if (length != rest.Length)
        {
            throw new RecordFormatException($"Record {position}: a payload of {length} bytes in {rest.Length}.");
        }

        return rest.ToArray();
    }

    private byte ReadVersion(byte newest)
    {
        byte version = ReadByte();
        if (version < 1 || version > newest)
        {
            throw new RecordFormatException($"Record {position}: version {version} is not known to this build.");
        }

        return version;
    }

    private DateTimeOffset ReadTime()
    {
        long ticks = BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            throw new RecordFormatException($"Record {position}: {ticks} is not an instant.");
        }

        return new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    private int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));

    private byte ReadByte() => Take(1)[0];

    private string ReadName() => names.Get(Take(BinaryPrimitives.ReadUInt16LittleEndian(Take(2))));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw new RecordFormatException($"Record {position}: it ends {count - rest.Length} bytes early.");
        }

        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
