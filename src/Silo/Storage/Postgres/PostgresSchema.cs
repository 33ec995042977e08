using System.Globalization;
using Millwright.Silo.Storage.Postgres.Schema;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>
/// Tables, and the steps from one version of them to the next. A step that was released is never edited; the next one is added.
/// </summary>
internal static class PostgresSchema
{
    /// <summary>"MWRT": our advisory locks, apart from other programs'.</summary>
    public const int LockClass = 0x4D_57_52_54;

    private static readonly string[] Steps = [FirstStep.Sql];

    public static int Version => Steps.Length;

    /// <summary>
    /// Brings the schema to this version, all steps in one transaction. Silos that start at once wait for one another and then find it
    /// done.
    /// </summary>
    public static void Migrate(NpgsqlConnection connection, string schema)
    {
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        Execute(connection, "SELECT pg_advisory_xact_lock($1, hashtext($2))", LockClass, schema);

        // Asked for first: whoever may not create a schema may still use one that is there.
        if (Scalar(connection, "SELECT to_regnamespace($1)::text", schema) is null)
        {
            Execute(connection, $"CREATE SCHEMA \"{schema}\"");
        }

        int version = VersionOf(connection, schema) ?? 0;
        if (version > Version)
        {
            throw new StoreException(
                "store.newer", $"The schema {schema} has version {version}, this program knows {Version}. Start the newer program, or " +
                "restore a backup.");
        }

        if (version == 0)
        {
            Execute(connection, "CREATE TABLE millwright_schema (version bigint NOT NULL)");
            Execute(connection, "INSERT INTO millwright_schema VALUES (0)");
        }

        for (int step = version; step < Version; step++)
        {
            Execute(connection, Steps[step]);
        }

        if (version < Version)
        {
            Execute(connection, "UPDATE millwright_schema SET version = $1", (long)Version);
        }

        transaction.Commit();
    }

    /// <summary>Null for an empty schema. Throws for one with tables that are not ours.</summary>
    public static int? VersionOf(NpgsqlConnection connection, string schema)
    {
        const string tables = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1";
        if (Scalar(connection, $"{tables} AND c.relname = 'millwright_schema'", schema) is 1L)
        {
            return Convert.ToInt32(Scalar(connection, "SELECT max(version) FROM millwright_schema"), CultureInfo.InvariantCulture);
        }

        return Scalar(connection, tables, schema) is 0L
            ? null
            : throw new StoreException("store.foreign", $"The schema {schema} has tables that are not ours. Name another one.");
    }

    internal static object? Scalar(NpgsqlConnection connection, string sql, params object[] values)
    {
        using NpgsqlCommand command = Command(connection, sql, values);
        return command.ExecuteScalar() is { } value and not DBNull ? value : null;
    }

    internal static void Execute(NpgsqlConnection connection, string sql, params object[] values)
    {
        using NpgsqlCommand command = Command(connection, sql, values);
        command.ExecuteNonQuery();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object[] values)
    {
#pragma warning disable CA2100 // Our own texts; the schema's name is checked with the options.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        foreach (object value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }
}
