using System.Text.RegularExpressions;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>What is wrong with the options, before anything is connected: each fault with its code.</summary>
public static partial class PostgresOptionsCheck
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static IEnumerable<string> Faults(PostgresOptions options)
    {
        if (ConnectionFault(options.ConnectionString) is { } fault)
        {
            yield return fault;
        }

        if (!SchemaName().IsMatch(options.Schema))
        {
            yield return "storage.postgres.schema: Schema is 1 to 63 of a-z, 0-9 and _, and begins with no digit.";
        }

        if (options.MaxConnections is < 12 or > 1_000)
        {
            yield return "storage.postgres.range: MaxConnections is 12 to 1,000.";
        }

        if (options.CommandTimeout < Second || options.CommandTimeout > 10 * Minute)
        {
            yield return "storage.postgres.range: CommandTimeout is 1 s to 10 min.";
        }

        if (options.ConnectTimeout < Second || options.ConnectTimeout > Minute)
        {
            yield return "storage.postgres.range: ConnectTimeout is 1 s to 1 min.";
        }

        if (options.StartWait < TimeSpan.Zero || options.StartWait > 10 * Minute)
        {
            yield return "storage.postgres.range: StartWait is 0 to 10 min.";
        }

        if (options.MaxRetries is < 0 or > 20 || options.MaxCommit is < 1 or > 1_000 || options.MaxQueuedWrites is < 1 or > 100_000)
        {
            yield return "storage.postgres.range: MaxRetries is 0 to 20, MaxCommit 1 to 1,000, MaxQueuedWrites 1 to 100,000.";
        }

        if (options.ScrubInterval < Minute || options.ScrubInterval > TimeSpan.FromDays(365)
            || options.ScrubPause < TimeSpan.Zero || options.ScrubPause > Minute)
        {
            yield return "storage.postgres.range: ScrubInterval is 1 min to 365 days, ScrubPause 0 to 1 min.";
        }

        if (options.MaxBytes is < 1L << 20 or > 1L << 60)
        {
            yield return "storage.postgres.range: MaxBytes is 1 MiB to 2^60.";
        }
    }

    /// <summary>Says nothing of what is in the text: a part of a password may look like a keyword.</summary>
    private static string? ConnectionFault(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return $"storage.postgres.connection: {PostgresOptions.Section}:ConnectionString is missing.";
        }

        try
        {
            return string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(text).Host)
                ? $"storage.postgres.connection: {PostgresOptions.Section}:ConnectionString names no Host."
                : null;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or OverflowException)
        {
            return $"storage.postgres.connection: {PostgresOptions.Section}:ConnectionString cannot be read as Npgsql's key=value list.";
        }
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$")]
    private static partial Regex SchemaName();
}
