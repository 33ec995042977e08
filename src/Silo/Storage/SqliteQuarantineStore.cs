using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using Millwright.Ingest.Quarantine;

namespace Millwright.Silo.Storage;

public sealed class SqliteQuarantineStore(SqliteDatabase database) : IQuarantineStore
{
    private const int MaxLimit = 1_000;

    public async ValueTask AppendAsync(ImmutableArray<QuarantinedMessage> messages, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            statements =>
            {
                foreach (QuarantinedMessage message in messages)
                {
                    statements.Execute(
                        """
                        INSERT INTO quarantine (position, ingested, source, topic, reason, detail, length, payload) VALUES ($1, $2, $3,
                            $4, $5, $6, $7, $8)
                        ON CONFLICT (position) DO NOTHING
                        """,
                        message.Position,
                        message.IngestTime.UtcTicks,
                        message.Source,
                        message.Topic,
                        message.Reason,
                        message.Detail,
                        message.PayloadLength,
                        SqliteTwinStore.ToArray(message.Payload));
                }

                return true;
            },
            cancellationToken);

    public ValueTask<ImmutableArray<QuarantinedMessage>> QueryAsync(long? before, string? reason, int limit,
        CancellationToken cancellationToken) =>
        database.ReadAsync(
            statements =>
            {
                using SqliteDataReader rows = statements.Query(
                    """
                    SELECT position, ingested, source, topic, reason, detail, length, payload FROM quarantine
                    WHERE position < $1 AND ($2 IS NULL OR reason = $2) ORDER BY position DESC LIMIT $3
                    """,
                    before ?? long.MaxValue,
                    reason,
                    Math.Clamp(limit, 0, MaxLimit));
                ImmutableArray<QuarantinedMessage>.Builder messages = ImmutableArray.CreateBuilder<QuarantinedMessage>();
                while (rows.Read())
                {
                    messages.Add(ReadOne(rows));
                }

                return messages.DrainToImmutable();
            },
            cancellationToken);

    private static QuarantinedMessage ReadOne(SqliteDataReader row) => new()
    {
        Position = row.GetInt64(0),
        IngestTime = new DateTimeOffset(row.GetInt64(1), TimeSpan.Zero),
        Source = row.GetString(2),
        Topic = row.GetString(3),
        Reason = row.GetString(4),
        Detail = row.GetString(5),
        PayloadLength = row.GetInt32(6),
        Payload = (byte[])row[7],
    };
}
