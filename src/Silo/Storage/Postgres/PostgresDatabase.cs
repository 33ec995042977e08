using Millwright.Silo.Storage.Retention;
using Npgsql;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>
/// A PostgreSQL schema for all stores that a cluster shares. What fails for want of a connection is tried again for a moment; after that
/// callers hear that the store is away, health is red, and a probe looks until it is back.
/// </summary>
public sealed partial class PostgresDatabase : StoreDatabase
{
    /// <summary>
    /// Connections that are not for readers: checkpoints, alerts, other writes, the probe, and two that hold a lock for long.
    /// </summary>
    private const int Reserved = TwinWriters + 1 + MaxWriters + 1 + 2;
    private const int MaxWriters = 2;

    private readonly PostgresOptions options;
    private readonly NpgsqlDataSource source;
    private readonly SemaphoreSlim readerSlots;
    private readonly SemaphoreSlim writerSlots = new(MaxWriters, MaxWriters);
    private readonly PostgresPresence presence;
    private readonly long writer;
    private long turn;

    private PostgresDatabase(PostgresOptions options, NpgsqlDataSource source, long writer, ILogger logger, TimeProvider time)
        : base(logger)
    {
        this.options = options;
        this.source = source;
        this.writer = writer;
        readerSlots = new SemaphoreSlim(options.MaxConnections - Reserved, options.MaxConnections - Reserved);
        presence = new PostgresPresence(source, Health, options.MaxRetries, logger, time);
    }

    /// <summary>Transactions with checkpoints at a time.</summary>
    internal const int TwinWriters = 4;

    internal PostgresOptions Options => options;

    /// <summary>
    /// Connects, checks that the server keeps what it commits, and brings the schema to this version. Throws <see cref="StoreException"/>.
    /// </summary>
    public static PostgresDatabase Open(PostgresOptions options, ILogger<PostgresDatabase> logger, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        NpgsqlDataSource source = PostgresConnections.Create(options);
        try
        {
            using NpgsqlConnection connection = PostgresConnections.WaitForServer(source, options, time);
            PostgresConnections.RequireDurable(connection);
            PostgresSchema.Migrate(connection, options.Schema);
            var writer = (long)PostgresSchema.Scalar(connection, "SELECT nextval('writer')")!;
            LogOpened(logger, connection.Host ?? "", connection.Database, options.Schema, connection.ServerVersion);
            return new PostgresDatabase(options, source, writer, logger, time);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            source.Dispose();
            throw PostgresFaults.ToStore(failure);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>A commit is durable when it is answered: <c>synchronous_commit</c> is on.</summary>
    public override ValueTask SyncAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public override void Dispose()
    {
        presence.Dispose();
        source.Dispose();
        readerSlots.Dispose();
        writerSlots.Dispose();
    }

    /// <summary>A number that no other write of any silo bears.</summary>
    internal long NextToken() => checked((writer << 36) | Interlocked.Increment(ref turn));

    internal override ValueTask<T> ReadAsync<T>(Func<Statements, T> query, CancellationToken cancellationToken) =>
        RunAsync(readerSlots, statements => query(statements), cancellationToken);

    internal override ValueTask<T> ReadInstantAsync<T>(Func<Statements, T> query, CancellationToken cancellationToken) => RunAsync(
        readerSlots,
        statements =>
        {
            statements.Begin(isInstant: true);
            return query(statements);
        },
        cancellationToken);

    internal override ValueTask<T> WriteAsync<T>(Func<Statements, T> work, CancellationToken cancellationToken) => RunAsync(
        writerSlots,
        statements =>
        {
            statements.Begin(isInstant: false);
            T result = work(statements);
            statements.Commit();
            return result;
        },
        cancellationToken);

    internal override ValueTask<T> WriteDurablyAsync<T>(Func<Statements, T> work, CancellationToken cancellationToken) =>
        WriteAsync(work, cancellationToken);

    internal override Task SyncCommitsAsync() => Task.CompletedTask;

    /// <summary>By a lock of the connection: when this silo dies, the server gives it to another.</summary>
    internal override async ValueTask<bool> TryAloneAsync(string name, Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await using NpgsqlConnection connection = await source.OpenConnectionAsync(cancellationToken);
            if (!await LockAsync(connection, "pg_try_advisory_lock", name))
            {
                return false;
            }

            try
            {
                await work();
                return true;
            }
            finally
            {
                await LockAsync(connection, "pg_advisory_unlock", name);
            }
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            throw PostgresFaults.ToStore(failure);
        }
    }

    /// <summary>The server looks after its own pages (data checksums), and has no words for us.</summary>
    internal override IReadOnlyList<StoreDamage> Structure(Statements statements) => [];

    internal override ValueTask<long> UsedBytesAsync(CancellationToken cancellationToken) => ReadAsync(
        statements => (long)statements.Scalar(
            """
            SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relkind = 'r'
            """,
            options.Schema)!,
        cancellationToken);

    /// <summary>The server's autovacuum does.</summary>
    internal override ValueTask ShrinkAsync(RetentionOptions options, TimeProvider time, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <summary>
    /// Runs <paramref name="attempt"/> until it works, for a moment. Every attempt must look whether an earlier one was committed after
    /// all.
    /// </summary>
    internal async Task RetryAsync(Func<NpgsqlConnection, Task> attempt)
    {
        try
        {
            await presence.Retrying.ExecuteAsync(async _ =>
            {
                await using NpgsqlConnection connection = await source.OpenConnectionAsync(CancellationToken.None);
                await attempt(connection);
            });
            presence.Answered();
        }
        catch (Exception failure) when (PostgresFaults.IsAway(failure) || failure is ObjectDisposedException)
        {
            throw presence.Unanswered(failure);
        }
    }

    private async Task<bool> LockAsync(NpgsqlConnection connection, string function, string name)
    {
#pragma warning disable CA2100 // One of two names of ours.
        await using var command = new NpgsqlCommand($"SELECT {function}($1, hashtext($2))", connection)
#pragma warning restore CA2100
        {
            Parameters = { new() { Value = PostgresSchema.LockClass }, new() { Value = $"{options.Schema} {name}" } },
        };
        return await command.ExecuteScalarAsync(CancellationToken.None) is true;
    }

    private async ValueTask<T> RunAsync<T>(SemaphoreSlim slots, Func<PostgresStatements, T> work, CancellationToken cancellationToken)
    {
        try
        {
            await slots.WaitAsync(cancellationToken);
        }
        catch (ObjectDisposedException closed)
        {
            throw new StoreException("store.unavailable", "The store is closed.", closed);
        }

        try
        {
            // A thread of its own: the pool's must not wait for a server.
            T result = await presence.Retrying.ExecuteAsync(
                async _ => await Task.Factory.StartNew(
                    () => Once(work), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
                cancellationToken);
            presence.Answered();
            return result;
        }
        catch (DamagedRowException damaged)
        {
            Report(damaged.Damage);
            throw new StoreException("store.corrupt", damaged.Message, damaged);
        }
        catch (Exception failure) when (PostgresFaults.IsAway(failure) || failure is ObjectDisposedException)
        {
            throw presence.Unanswered(failure);
        }
        catch (NpgsqlException refused)
        {
            throw PostgresFaults.ToStore(refused);
        }
        finally
        {
            slots.Release();
        }
    }

    private T Once<T>(Func<PostgresStatements, T> work)
    {
        using NpgsqlConnection connection = source.OpenConnection();
        using var statements = new PostgresStatements(connection);
        return work(statements);
    }

    [LoggerMessage(3230, LogLevel.Information, "The store is schema {Schema} of database {Database} on {Host}, PostgreSQL {Version}.")]
    private static partial void LogOpened(ILogger logger, string host, string database, string schema, string version);
}
