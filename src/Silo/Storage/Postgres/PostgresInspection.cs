using Millwright.Silo.Storage.Verify;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>
/// Looks at a store from outside, at one instant and without changing it; its silos may be running. Chains and sums are looked at as in
/// SQLite; what lies below the rows is the server's (data checksums, <c>amcheck</c>).
/// </summary>
public static class PostgresInspection
{
    /// <summary>Throws <see cref="StoreException"/> for a schema that is none of ours, or of another version.</summary>
    public static (IReadOnlyList<StoreDamage> Found, VerifyCounts Counts) Run(PostgresOptions options)
    {
        var counts = new VerifyCounts();
        using NpgsqlDataSource source = PostgresConnections.Create(options);
        try
        {
            using NpgsqlConnection connection = source.OpenConnection();
            Recognize(connection, options.Schema);
            using var statements = new PostgresStatements(connection);
            statements.Begin(isInstant: true);
            statements.Execute("SET TRANSACTION READ ONLY");
            return ([.. StoreVerifier.Rows(statements, counts)], counts);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            throw PostgresFaults.ToStore(failure);
        }
    }

    private static void Recognize(NpgsqlConnection connection, string schema)
    {
        int version = PostgresSchema.VersionOf(connection, schema)
            ?? throw new StoreException("store.unavailable", $"There is no schema {schema} with a store.");
        if (version != PostgresSchema.Version)
        {
            throw new StoreException(
                version > PostgresSchema.Version ? "store.newer" : "store.older",
                $"The schema {schema} has version {version}, this program knows {PostgresSchema.Version}: start the silo once, or use " +
                "the tool of that version.");
        }
    }
}
