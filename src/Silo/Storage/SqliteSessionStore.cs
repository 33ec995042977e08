using System.Text;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;

namespace Millwright.Silo.Storage;

/// <summary>
/// MQTT sessions, retained messages and receipts, one row each with its checksum. A damaged row is set aside with an entry in the log: its
/// client finds no session and is told so, which is better than one with half its subscriptions.
/// </summary>
public sealed partial class SqliteSessionStore(SqliteDatabase database, TimeProvider time, ILogger<SqliteSessionStore> logger)
    : IMqttSessionStore
{
    private const string Sessions = "mqtt_session";
    private const string Retained = "mqtt_retained";
    private const string Receipts = "mqtt_receipts";

    public ValueTask<MqttStoredState> LoadAsync(CancellationToken cancellationToken) => database.WriteAsync(Load, cancellationToken);

    public async ValueTask SaveAsync(MqttSessionChanges changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        await database.WriteAsync(statements => Save(statements, changes), cancellationToken);
    }

    public ValueTask<MqttStoredReceipts?> LoadReceiptsAsync(string clientId, CancellationToken cancellationToken) => database.WriteAsync(
        statements => LoadAll(
                statements,
                Receipts,
                "SELECT client, crc, CAST(data AS BLOB) FROM mqtt_receipts WHERE client = $1",
                (key, data) => SessionRows.ReadReceipts(key, data),
                clientId)
            .SingleOrDefault(),
        cancellationToken);

    public async ValueTask SaveReceiptsAsync(MqttStoredReceipts receipts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(receipts);
        await database.WriteAsync(
            statements => Put(
                statements,
                "INSERT OR REPLACE INTO mqtt_receipts (client, crc, data) VALUES ($1, $2, $3)",
                receipts.ClientId,
                SessionRows.Write(receipts)),
            cancellationToken);
    }

    private static int Put(Statements statements, string sql, string key, byte[] data) =>
        statements.Execute(sql, key, (long)SumOf(key, data), data);

    /// <summary>Joined with the key: a row at another's place is damage too.</summary>
    private static uint SumOf(string key, byte[] data) => Crc32C.Of(data, Crc32C.Of(Encoding.UTF8.GetBytes(key)));

    private static bool Save(Statements statements, MqttSessionChanges changes)
    {
        foreach (string clientId in changes.Ended)
        {
            statements.Execute("DELETE FROM mqtt_session WHERE client = $1", clientId);
        }

        foreach (MqttStoredSession session in changes.Sessions)
        {
            Put(
                statements,
                "INSERT OR REPLACE INTO mqtt_session (client, crc, data) VALUES ($1, $2, $3)",
                session.ClientId,
                SessionRows.Write(session));
        }

        foreach (MqttMessage message in changes.Retained)
        {
            if (message.Payload.IsEmpty)
            {
                statements.Execute("DELETE FROM mqtt_retained WHERE topic = $1", message.Topic);
                continue;
            }

            Put(
                statements,
                "INSERT OR REPLACE INTO mqtt_retained (topic, crc, data) VALUES ($1, $2, $3)",
                message.Topic,
                SessionRows.Write(message));
        }

        statements.Execute(
            "INSERT OR REPLACE INTO mqtt_position (id, log, position, crc) VALUES (1, $1, $2, $3)",
            changes.LogId,
            changes.Position,
            (long)SumOf(changes.LogId, BitConverter.GetBytes(changes.Position)));
        return true;
    }

    private MqttStoredState Load(Statements statements)
    {
        List<MqttStoredSession> sessions = LoadAll(
            statements, Sessions, "SELECT client, crc, CAST(data AS BLOB) FROM mqtt_session",
            (key, data) => SessionRows.ReadSession(key, data));
        List<MqttMessage> retained = LoadAll(
            statements, Retained, "SELECT topic, crc, CAST(data AS BLOB) FROM mqtt_retained", (_, data) => SessionRows.ReadMessage(data));
        (string logId, long position) = LoadPosition(statements);
        return new MqttStoredState(sessions, retained) { LogId = logId, Position = position };
    }

    private (string LogId, long Position) LoadPosition(Statements statements)
    {
        using StoreRows rows = statements.Query("SELECT log, position, crc FROM mqtt_position WHERE id = 1");
        if (!rows.Read())
        {
            return ("", 0);
        }

        (string logId, long position) = (rows.GetString(0), rows.GetInt64(1));
        if (SumOf(logId, BitConverter.GetBytes(position)) == rows.GetInt64(2))
        {
            return (logId, position);
        }

        // Reading more of the log than needed is harmless, so the id is believed when it is that of the log.
        LogDamaged("mqtt_position", logId);
        return (logId, 0);
    }

    private List<T> LoadAll<T>(Statements statements, string table, string sql, Func<string, byte[], T> read, string? only = null)
    {
        var whole = new List<T>();
        var damaged = new List<(string Key, long Crc, byte[] Data)>();
        using (StoreRows rows = only is null ? statements.Query(sql) : statements.Query(sql, only))
        {
            while (rows.Read())
            {
                (string key, long crc, byte[] data) = (rows.GetString(0), rows.GetInt64(1), (byte[])rows[2]);
                if (SumOf(key, data) == crc && TryRead(read, key, data, whole))
                {
                    continue;
                }

                damaged.Add((key, crc, data));
            }
        }

        foreach ((string key, long crc, byte[] data) in damaged)
        {
            SetAside(statements, table, key, crc, data);
        }

        return whole;
    }

    private static bool TryRead<T>(Func<string, byte[], T> read, string key, byte[] data, List<T> to)
    {
        try
        {
            to.Add(read(key, data));
            return true;
        }
        catch (Exception unreadable) when (unreadable is EndOfStreamException or InvalidDataException)
        {
            // Whole, but not of a version that this program knows.
            return false;
        }
    }

    private void SetAside(Statements statements, string table, string key, long crc, byte[] data)
    {
        LogDamaged(table, key);
        statements.Execute(
            "INSERT OR REPLACE INTO mqtt_damaged (kind, key, crc, data, found) VALUES ($1, $2, $3, $4, $5)",
            table,
            key,
            crc,
            data,
            time.GetUtcNow().UtcTicks);
        statements.Execute(
            table switch
            {
                Sessions => "DELETE FROM mqtt_session WHERE client = $1",
                Retained => "DELETE FROM mqtt_retained WHERE topic = $1",
                _ => "DELETE FROM mqtt_receipts WHERE client = $1",
            },
            key);
    }

    [LoggerMessage(3220, LogLevel.Error, "Row {Key} of {Table} is damaged; it was set aside.")]
    private partial void LogDamaged(string table, string key);
}
