using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Millwright.Silo.Storage;

/// <summary>Prepared statements of one connection, by their text.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : Statements
{
    /// <summary>The texts are ours, and few; a query built from optional filters has the most forms.</summary>
    private const int MaxPrepared = 512;

    private readonly Dictionary<string, SqliteCommand> prepared = [];

    /// <summary>Into the write-ahead log, since they were last counted anew.</summary>
    public int PagesWritten => CountPages(0);

    public override int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    public override StoreRows Query(string sql, params ReadOnlySpan<object?> values) => new SqliteRows(Bind(sql, values).ExecuteReader());

    public override StoreRows Scan(string sql, params ReadOnlySpan<object?> values) => Query(sql, values);

    public override long Next(string counter) =>
        (long)Scalar("UPDATE counter SET value = value + 1 WHERE name = $1 RETURNING value", counter)!;

    /// <summary>One writer at a time: whoever writes has the twin.</summary>
    public override void LockTwin(string assetId)
    {
    }

    public override string Storable(string text) => text;

    public override string ByIndex(string index) => $"INDEXED BY {index}";

    public override string NotIndexed => "NOT INDEXED";

    public override bool HasWitness => true;

    /// <summary>First column of the first row; null when there is none.</summary>
    public override object? Scalar(string sql, params ReadOnlySpan<object?> values) =>
        Bind(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    public void ResetPagesWritten() => CountPages(1);

    public override void Dispose()
    {
        foreach (SqliteCommand command in prepared.Values)
        {
            command.Dispose();
        }

        prepared.Clear();
        connection.Dispose();
    }

    private int CountPages(int reset)
    {
        raw.sqlite3_db_status(connection.Handle!, raw.SQLITE_DBSTATUS_CACHE_WRITE, out int pages, out _, reset);
        return pages;
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(sql, out SqliteCommand? command))
        {
            if (prepared.Count == MaxPrepared)
            {
                throw new InvalidOperationException(
                    "More statements than a connection prepares: a value was written into a statement's text.");
            }

            command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are constants and joins of constants; values go through parameters only.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            }

            prepared.Add(sql, command);
        }

        for (int i = 0; i < values.Length; i++)
        {
            SqliteParameter parameter = command.Parameters[i];
            parameter.Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
