using Millwright.Alerts;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>
/// Writes alerts of one silo in one transaction. Ordinals come from one row that is locked until the commit: whoever sees an ordinal sees
/// all before it. Everything goes in one round trip, so the lock is held for one sync of the server and not for a silo's pause.
/// </summary>
internal static class AlertCommit
{
    private const int Raised = (int)AlertKind.Raised;
    private const int Retracted = (int)AlertKind.Retracted;

    private static readonly ColumnArrays Columns = new(
        "id, asset, incident, detector, audiences, kind, \"time\", json, stored, claim, crc, detector_id, version, place",
        "ttttnnnbntnttn");

    private static readonly string Insert =
        $"""
        WITH fresh AS MATERIALIZED (
            SELECT given.*, row_number() OVER (ORDER BY place) AS step FROM {Columns.From}
            WHERE NOT EXISTS (SELECT 1 FROM alert WHERE alert.id = given.id)),
        added AS (
            INSERT INTO alert (ordinal, {AlertRows.Columns}, crc, token)
            SELECT counter.value + step, {AlertRows.Columns}, crc, ${Columns.Count + 1} FROM fresh, counter WHERE counter.name = 'alert'),
        counted AS (
            INSERT INTO detector_tally (detector, kind, version, asset, raised, retracted)
            SELECT detector_id, detector, version, asset, count(*) FILTER (WHERE kind = {Raised}),
                count(*) FILTER (WHERE kind = {Retracted})
            FROM fresh WHERE kind IN ({Raised}, {Retracted}) GROUP BY detector_id, detector, version, asset
            ON CONFLICT (detector, kind, version, asset) DO UPDATE SET
                raised = detector_tally.raised + excluded.raised, retracted = detector_tally.retracted + excluded.retracted)
        UPDATE counter SET value = value + (SELECT count(*) FROM fresh) WHERE name = 'alert'
        """;

    public static async Task RunAsync(PostgresDatabase database, List<PendingAlert> group)
    {
        // The same event twice in one group: the first is the one that is written.
        var first = new Dictionary<string, PendingAlert>(StringComparer.Ordinal);
        foreach (PendingAlert alert in group)
        {
            alert.IsRepeat = !first.TryAdd(alert.Alert.Id, alert);
        }

        List<long> tokens = [];
        HashSet<string> written = [];
        await database.RetryAsync(async connection =>
        {
            // Every attempt has its own: one before may have been committed without our hearing of it.
            tokens.Add(database.NextToken());
            written = await AttemptAsync(connection, [.. first.Values], tokens);
        });
        foreach (PendingAlert alert in group)
        {
            alert.Settle(!alert.IsRepeat && written.Contains(alert.Alert.Id));
        }
    }

    private static async Task<HashSet<string>> AttemptAsync(NpgsqlConnection connection, List<PendingAlert> alerts, List<long> tokens)
    {
        // One implicit transaction: the server commits it at its end, or undoes all of it.
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT value FROM counter WHERE name = 'alert' FOR UPDATE"));
        var insert = new NpgsqlBatchCommand(Insert);
        Columns.AddTo(insert.Parameters, [.. alerts.Select(Row)]);
        insert.Parameters.Add(new NpgsqlParameter { Value = tokens[^1] });
        batch.BatchCommands.Add(insert);
        var ours = new NpgsqlBatchCommand("SELECT id FROM alert WHERE id = ANY($1) AND token = ANY($2)");
        ours.Parameters.Add(ColumnArrays.Texts(alerts.Select(alert => alert.Alert.Id)));
        ours.Parameters.Add(ColumnArrays.Numbers(tokens));
        batch.BatchCommands.Add(ours);

        HashSet<string> written = new(StringComparer.Ordinal);
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                if (reader.GetDataTypeName(0) == "text")
                {
                    written.Add(reader.GetString(0));
                }
            }
        }
        while (await reader.NextResultAsync());

        // Not before this is the commit answered.
        await reader.CloseAsync();
        return written;
    }

    private static object?[] Row(PendingAlert alert, int place) =>
        [.. alert.Values, alert.Alert.Explanation.DetectorId, alert.Alert.Explanation.DetectorVersion, (long)place];
}
