using System.Net.Sockets;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>Which failures are the server's absence, and which are what was asked of it.</summary>
internal static class PostgresFaults
{
    /// <summary>
    /// The same may succeed a moment later: the connection was lost, the server goes down or comes up, or two transactions were in each
    /// other's way. Whether a commit among it was made is not known. A timeout is not among them: whoever waited so long has waited enough.
    /// </summary>
    public static bool IsTransient(Exception failure) => failure switch
    {
        PostgresException { SqlState: var state } => IsTransientState(state),
        NpgsqlException { InnerException: TimeoutException } => false,
        NpgsqlException { InnerException: IOException or SocketException or ObjectDisposedException } => true,
        NpgsqlException { IsTransient: true } => true,
        _ => false,
    };

    /// <summary>The server is not there, or does not answer.</summary>
    public static bool IsAway(Exception failure) => failure switch
    {
        PostgresException { SqlState: var state } => IsAwayState(state),
        NpgsqlException or TimeoutException or SocketException => true,
        _ => false,
    };

    public static bool IsUniqueViolation(Exception failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    /// <summary>Npgsql's messages name host and database, and no password.</summary>
    public static StoreException ToStore(Exception failure) => failure switch
    {
        StoreException store => store,
        PostgresException server => new StoreException(
            "store.unavailable", $"The PostgreSQL store refused ({server.SqlState}): {server.MessageText}", failure),
        _ => new StoreException("store.unavailable", $"The PostgreSQL store is away: {failure.Message}", failure),
    };

    private static bool IsTransientState(string state) => IsAwayState(state)
        || state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable;

    /// <summary>
    /// Connection faults (08), too many connections, the administrator's or a crash's shutdown, and start-up; standbys only read.
    /// </summary>
    private static bool IsAwayState(string state) => state.StartsWith("08", StringComparison.Ordinal)
        || state is PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.DiskFull;
}
