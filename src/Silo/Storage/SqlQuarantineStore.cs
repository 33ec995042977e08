using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Options;
using Millwright.Ingest.Log;
using Millwright.Ingest.Quarantine;

namespace Millwright.Silo.Storage;

/// <summary>Bounded in rows and age; each row carries a checksum, so that damage shows when it is read.</summary>
public sealed class SqlQuarantineStore(
    StoreDatabase database, IOptions<QuarantineOptions> options, QuarantineInstruments instruments, TimeProvider time) : IQuarantineStore
{
    private const int MaxLimit = 1_000;

    /// <summary>Rows of the version before had no checksum.</summary>
    private const long NoSum = -1;

    private const string Columns = "log, position, item, ingested, source, topic, reason, detail, length, payload, crc, ordinal";

    public async ValueTask AppendAsync(ImmutableArray<QuarantinedMessage> messages, CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().UtcTicks;
        int expired = await database.WriteAsync(
            statements =>
            {
                foreach (QuarantinedMessage message in messages)
                {
                    Insert(statements, Storable(statements, message), now);
                }

                return Expire(statements, now);
            },
            cancellationToken);
        instruments.Expired.Add(expired);
    }

    public ValueTask<ImmutableArray<QuarantinedMessage>> QueryAsync(long? before, string? reason, int limit,
        CancellationToken cancellationToken) =>
        database.ReadAsync(
            statements => ReadAll(statements.Query(
                $"""
                SELECT {Columns} FROM quarantined WHERE ordinal < $1 AND (CAST($2 AS text) IS NULL OR reason = $2)
                ORDER BY ordinal DESC LIMIT $3
                """,
                before ?? long.MaxValue,
                reason,
                Math.Clamp(limit, 0, MaxLimit))),
            cancellationToken);

    public ValueTask<ImmutableArray<QuarantinedMessage>> FindAsync(long position, string? logId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            statements => ReadAll(statements.Query(
                $"""
                SELECT {Columns} FROM quarantined WHERE position = $1 AND (CAST($2 AS text) IS NULL OR log = $2)
                ORDER BY ordinal DESC LIMIT $3
                """,
                position,
                logId,
                MaxLimit)),
            cancellationToken);

    private static void Insert(Statements statements, QuarantinedMessage message, long now) => statements.Execute(
        """
        INSERT INTO quarantined (log, position, item, ingested, source, topic, reason, detail, length, payload, crc, stored)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (log, position, item) DO NOTHING
        """,
        message.LogId,
        message.Position,
        message.Index,
        message.IngestTime.UtcTicks,
        message.Source,
        message.Topic,
        message.Reason,
        message.Detail,
        message.PayloadLength,
        SqlTwinStore.ToArray(message.Payload),
        SumOf(message),
        now);

    private static QuarantinedMessage Storable(Statements statements, QuarantinedMessage message) => message with
    {
        LogId = statements.Storable(message.LogId),
        Source = statements.Storable(message.Source),
        Topic = statements.Storable(message.Topic),
        Reason = statements.Storable(message.Reason),
        Detail = statements.Storable(message.Detail),
    };

    private int Expire(Statements statements, long now)
    {
        int old = statements.Execute("DELETE FROM quarantined WHERE stored < $1", now - options.Value.MaxAge.Ticks);
        return old + statements.Execute(
            """
            DELETE FROM quarantined WHERE ordinal <= (SELECT ordinal FROM quarantined ORDER BY ordinal DESC LIMIT 1 OFFSET $1)
            """,
            options.Value.MaxRows);
    }

    private ImmutableArray<QuarantinedMessage> ReadAll(StoreRows rows)
    {
        ImmutableArray<QuarantinedMessage>.Builder messages = ImmutableArray.CreateBuilder<QuarantinedMessage>();
        using (rows)
        {
            while (rows.Read())
            {
                messages.Add(ReadOne(rows));
            }
        }

        return messages.DrainToImmutable();
    }

    private QuarantinedMessage ReadOne(StoreRows row)
    {
        var message = new QuarantinedMessage
        {
            LogId = row.GetString(0),
            Position = row.GetInt64(1),
            Index = (int)Math.Clamp(row.GetInt64(2), 0, int.MaxValue),
            IngestTime = new DateTimeOffset(Math.Clamp(row.GetInt64(3), 0, DateTime.MaxValue.Ticks), TimeSpan.Zero),
            Source = row.GetString(4),
            Topic = row.GetString(5),
            Reason = row.GetString(6),
            Detail = row.GetString(7),
            PayloadLength = (int)Math.Clamp(row.GetInt64(8), 0, int.MaxValue),
            Payload = (byte[])row[9],
            Ordinal = row.GetInt64(11),
        };
        long sum = row.GetInt64(10);
        if (sum == NoSum || sum == SumOf(message))
        {
            return message;
        }

        instruments.Damaged.Add(1);
        return message with { IsDamaged = true };
    }

    /// <summary>Over all that was written, each text with its length, so that no byte can move from one to the next.</summary>
    private static long SumOf(QuarantinedMessage message)
    {
        using var content = new MemoryStream();
        Span<byte> number = stackalloc byte[8];
        foreach (long value in (ReadOnlySpan<long>)[message.Position, message.Index, message.IngestTime.UtcTicks, message.PayloadLength])
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            content.Write(number);
        }

        foreach (string text in (ReadOnlySpan<string>)[message.LogId, message.Source, message.Topic, message.Reason, message.Detail])
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            BinaryPrimitives.WriteInt64LittleEndian(number, bytes.Length);
            content.Write(number);
            content.Write(bytes);
        }

        content.Write(message.Payload.Span);
        return Crc32C.Of(content.GetBuffer().AsSpan(0, (int)content.Length));
    }
}
