using System.Buffers;
using System.Text.Json;
using Millwright.Core.History;
using Millwright.Core.State;

namespace Millwright.Grains.Twins;

/// <summary>
/// The stored form of a twin: what the shell knows (positions, outbox) around the core's own bytes. Version 1:
/// metric table, revision, positions per log, outbox as JSON, the core's bytes. Version 2 adds the head of the history's chain,
/// version 3 the changes of detectors as JSON.
/// </summary>
public sealed record TwinEnvelope
{
    private const byte Version = 3;

    /// <summary>
    /// The twin's metric table. Of an unmodelled twin it is all that is known about it, and its detectors are made from it.
    /// </summary>
    public required IReadOnlyList<TwinMetric> Metrics { get; init; }

    public required long Revision { get; init; }

    public required SortedDictionary<string, long> Positions { get; init; }

    public required IReadOnlyList<TwinEffect> Outbox { get; init; }

    public required ReadOnlyMemory<byte> Core { get; init; }

    /// <summary>The last block that is stored together with this; a version-1 envelope begins a chain.</summary>
    public required ChainHead Chain { get; init; }

    /// <summary>Made while it ran, in their order; what the core's bytes hold has been judged with them.</summary>
    public IReadOnlyList<DetectorChange> Changes { get; init; } = [];

    public ReadOnlyMemory<byte> ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(Core.Length + 256);
        var writer = new StateWriter(buffer);
        writer.Byte(Version);
        writer.Int32(Metrics.Count);
        foreach (TwinMetric metric in Metrics)
        {
            writer.Text(metric.Name);
            writer.Boolean(metric.IsText);
        }

        writer.Int64(Revision);
        writer.Int32(Positions.Count);
        foreach ((string log, long position) in Positions)
        {
            writer.Text(log);
            writer.Int64(position);
        }

        writer.Bytes(Outbox.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(Outbox, StoredJson.Options));
        writer.Bytes(Core.Span);
        writer.Int64(Chain.Sequence);
        writer.Bytes(Chain.Hash.Span);
        writer.Bytes(Changes.Count == 0 ? [] : JsonSerializer.SerializeToUtf8Bytes(Changes, StoredJson.Options));
        return buffer.WrittenMemory;
    }

    /// <summary>Throws <see cref="StateFormatException"/> for bytes that are not an envelope.</summary>
    public static TwinEnvelope FromBytes(ReadOnlyMemory<byte> bytes)
    {
        var reader = new StateReader(bytes);
        byte version = reader.Version(Version);
        var metrics = new List<TwinMetric>();
        for (int i = reader.Count(5); i > 0; i--)
        {
            metrics.Add(new TwinMetric(reader.Text() ?? "", reader.Boolean()));
        }

        long revision = reader.Int64();
        var positions = new SortedDictionary<string, long>(StringComparer.Ordinal);
        for (int i = reader.Count(12); i > 0; i--)
        {
            positions[reader.Text() ?? ""] = reader.Int64();
        }

        byte[] outbox = reader.Bytes();
        byte[] core = reader.Bytes();
        ChainHead chain = version < 2 ? ChainHead.Start : new ChainHead(reader.Int64(), reader.Bytes());
        byte[] changes = version < 3 ? [] : reader.Bytes();
        if (chain.Sequence < 0 || chain.Hash.Length != HistoryChain.HashBytes)
        {
            throw new StateFormatException("The head of the history's chain is not readable.");
        }

        return reader.IsAtEnd
            ? new TwinEnvelope
            {
                Metrics = metrics,
                Revision = revision,
                Positions = positions,
                Outbox = outbox.Length == 0 ? [] : List<TwinEffect>(outbox, "The outbox"),
                Core = core,
                Chain = chain,
                Changes = changes.Length == 0 ? [] : List<DetectorChange>(changes, "The list of changes"),
            }
            : throw new StateFormatException("Bytes are left over after the twin's state.");
    }

    private static T[] List<T>(byte[] json, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<T[]>(json, StoredJson.Options) ?? [];
        }
        catch (JsonException fault)
        {
            throw new StateFormatException($"{what} is not readable.", fault);
        }
    }
}
