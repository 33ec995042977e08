using System.Globalization;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>How connections are made, and what a server must promise.</summary>
internal static class PostgresConnections
{
    private const int MinVersion = 13;
    private const int MaxPrepared = 128;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The operator's words, with ours where the store depends on them.</summary>
    public static NpgsqlDataSource Create(PostgresOptions options)
    {
        var text = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            SearchPath = options.Schema,
            MaxPoolSize = options.MaxConnections,
            Timeout = (int)Math.Ceiling(options.ConnectTimeout.TotalSeconds),
            CommandTimeout = (int)Math.Ceiling(options.CommandTimeout.TotalSeconds),
            MaxAutoPrepare = MaxPrepared,
            AutoPrepareMinUsages = 2,
            IncludeErrorDetail = false,
            PersistSecurityInfo = false,
            ApplicationName = "millwright",
        };
        text.Options = $"{text.Options} -c synchronous_commit=on".Trim();
        return new NpgsqlDataSourceBuilder(text.ConnectionString).Build();
    }

    /// <summary>A server that is coming up is waited for; one that refuses us is not.</summary>
    public static NpgsqlConnection WaitForServer(NpgsqlDataSource source, PostgresOptions options, TimeProvider time)
    {
        long begin = time.GetTimestamp();
        while (true)
        {
            try
            {
                return source.OpenConnection();
            }
            catch (NpgsqlException away) when (
                PostgresFaults.IsAway(away) && PostgresFaults.IsTransient(away) && time.GetElapsedTime(begin) < options.StartWait)
            {
                Task.Delay(Pause, time).GetAwaiter().GetResult();
            }
        }
    }

    /// <summary>
    /// What was acknowledged must survive a power cut; no configuration of ours can make up for a server that does not sync.
    /// </summary>
    public static void RequireDurable(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion.Major < MinVersion)
        {
            throw new StoreException(
                "store.older", $"PostgreSQL {connection.PostgreSqlVersion.Major.ToString(CultureInfo.InvariantCulture)} is too old; " +
                $"{MinVersion.ToString(CultureInfo.InvariantCulture)} or later is needed.");
        }

        foreach ((string setting, string wanted) in new[]
        {
            ("fsync", "on"), ("full_page_writes", "on"), ("synchronous_commit", "on"), ("server_encoding", "UTF8"),
        })
        {
            if (PostgresSchema.Scalar(connection, "SELECT current_setting($1)", setting) is string found && found != wanted)
            {
                throw new StoreException(
                    "store.unsafe", $"The PostgreSQL server has {setting} = {found}; the store needs {wanted}.");
            }
        }
    }
}
