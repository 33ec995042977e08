using System.Collections.Concurrent;
using System.Data;
using System.Globalization;
using System.Text;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>
/// Statements of one connection. Long answers are read over a cursor, a page at a time: else leaving one early would mean reading it to its
/// end, and no other statement could run meanwhile.
/// </summary>
internal sealed class PostgresStatements(NpgsqlConnection connection) : Statements
{
    private const int PageRows = 256;

    private static readonly ConcurrentDictionary<string, int> Texts = new(StringComparer.Ordinal);
    private static int texts;

    private readonly HashSet<string> open = new(StringComparer.Ordinal);
    private readonly HashSet<string> left = new(StringComparer.Ordinal);
    private NpgsqlTransaction? transaction;

    public override string NotIndexed => "";

    /// <summary>An index is not to be read apart from its table here.</summary>
    public override bool HasWitness => false;

    /// <summary>Costs no round trip: the server hears of it with the first statement.</summary>
    public void Begin(bool isInstant) =>
        transaction = connection.BeginTransaction(isInstant ? IsolationLevel.RepeatableRead : IsolationLevel.ReadCommitted);

    public void Commit() => transaction?.Commit();

    public override int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        using NpgsqlCommand command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    public override StoreRows Query(string sql, params ReadOnlySpan<object?> values)
    {
        using NpgsqlCommand command = Command(sql, values);
        using NpgsqlDataReader reader = command.ExecuteReader();
        return new PostgresRows(ReadAll(reader), null, null);
    }

    public override StoreRows Scan(string sql, params ReadOnlySpan<object?> values)
    {
        if (transaction is null)
        {
            Begin(isInstant: false);
        }

        string cursor = CursorOf(sql);
        using var batch = new NpgsqlBatch(connection);
        if (left.Remove(cursor))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"CLOSE {cursor}"));
        }

        var declare = new NpgsqlBatchCommand($"DECLARE {cursor} NO SCROLL CURSOR FOR {sql}");
        Bind(declare.Parameters, values);
        batch.BatchCommands.Add(declare);
        string fetch = $"FETCH {PageRows.ToString(CultureInfo.InvariantCulture)} FROM {cursor}";
        batch.BatchCommands.Add(new NpgsqlBatchCommand(fetch));
        using NpgsqlDataReader reader = batch.ExecuteReader();
        open.Add(cursor);
        return new PostgresRows(ReadAll(reader), () => Fetch(fetch), () => Leave(cursor));
    }

    public override object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        using NpgsqlCommand command = Command(sql, values);
        return command.ExecuteScalar() is { } value and not DBNull ? Widened(value) : null;
    }

    /// <summary>A sequence: the numbers of transactions that are undone are lost, and none comes twice.</summary>
    public override long Next(string counter) => (long)Scalar("SELECT nextval($1::regclass)", "counter_" + counter)!;

    public override void LockTwin(string assetId) => Scalar("SELECT id FROM twin WHERE asset = $1 FOR UPDATE", assetId);

    /// <summary>PostgreSQL's text holds no NUL, and no half of a surrogate pair.</summary>
    public override string Storable(string text) =>
        Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Replace('\0', '\u2400')));

    public override string ByIndex(string index) => "";

    public override void Dispose() => transaction?.Dispose();

    /// <summary>
    /// By the statement's text, which are few: the driver prepares what it sees often, and a prepared FETCH keeps the columns that it had
    /// first.
    /// </summary>
    private string CursorOf(string sql)
    {
        string name = $"scan{Texts.GetOrAdd(sql, static _ => Interlocked.Increment(ref texts)).ToString(CultureInfo.InvariantCulture)}";
        string cursor = name;
        for (int nested = 1; open.Contains(cursor); nested++)
        {
            cursor = $"{name}_{nested.ToString(CultureInfo.InvariantCulture)}";
        }

        return cursor;
    }

    /// <summary>It is closed when its name is needed again, or with the transaction.</summary>
    private void Leave(string cursor)
    {
        if (open.Remove(cursor))
        {
            left.Add(cursor);
        }
    }

    private static void Bind(NpgsqlParameterCollection parameters, ReadOnlySpan<object?> values)
    {
        foreach (object? value in values)
        {
            parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }
    }

    private static List<object[]> ReadAll(NpgsqlDataReader reader)
    {
        List<object[]> rows = [];
        do
        {
            while (reader.Read())
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = Widened(row[i]);
                }

                rows.Add(row);
            }
        }
        while (reader.NextResult());
        return rows;
    }

    private static object Widened(object value) => value is int number ? (long)number : value;

    private List<object[]> Fetch(string fetch)
    {
        using NpgsqlCommand command = Command(fetch, []);
        using NpgsqlDataReader reader = command.ExecuteReader();
        return ReadAll(reader);
    }

    private NpgsqlCommand Command(string sql, ReadOnlySpan<object?> values)
    {
#pragma warning disable CA2100 // The texts are constants and joins of constants; values go through parameters only.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        Bind(command.Parameters, values);
        return command;
    }
}
