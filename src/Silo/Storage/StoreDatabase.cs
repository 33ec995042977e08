using Millwright.Ingest.Feed;
using Millwright.Silo.Storage.Retention;

namespace Millwright.Silo.Storage;

/// <summary>An SQL database that holds the stores of a silo or of a cluster, as the stores see it.</summary>
public abstract partial class StoreDatabase(ILogger logger) : ICheckpointBarrier, IDisposable
{
    /// <summary>What is wrong with it, as far as anyone has looked.</summary>
    public StoreHealth Health { get; } = new();

    /// <summary>Makes all commits so far survive a power cut.</summary>
    public abstract ValueTask SyncAsync(CancellationToken cancellationToken);

    public abstract void Dispose();

    internal abstract ValueTask<T> ReadAsync<T>(Func<Statements, T> query, CancellationToken cancellationToken);

    /// <summary>As a read, with everything as it was at one instant.</summary>
    internal abstract ValueTask<T> ReadInstantAsync<T>(Func<Statements, T> query, CancellationToken cancellationToken);

    /// <summary>
    /// One transaction; completes when it is committed. An exception undoes this write only. Where commits go over a wire the work may run
    /// again after a commit whose answer was lost, so doing it twice must come to the same.
    /// </summary>
    internal abstract ValueTask<T> WriteAsync<T>(Func<Statements, T> work, CancellationToken cancellationToken);

    /// <summary>As a write, but one that a power cut does not take back once this has completed: for what people are told next.</summary>
    internal abstract ValueTask<T> WriteDurablyAsync<T>(Func<Statements, T> work, CancellationToken cancellationToken);

    /// <summary>Readers may see a commit before it is durable; what was read before this call is, when this completes.</summary>
    internal abstract Task SyncCommitsAsync();

    /// <summary>Does the work unless another silo on the same store is doing it now; then false.</summary>
    internal abstract ValueTask<bool> TryAloneAsync(string name, Func<Task> work, CancellationToken cancellationToken);

    /// <summary>Damage that is below the rows. Empty where the database has no words for it.</summary>
    internal abstract IReadOnlyList<StoreDamage> Structure(Statements statements);

    internal abstract ValueTask<long> UsedBytesAsync(CancellationToken cancellationToken);

    /// <summary>Gives back what deleted rows leave, in steps.</summary>
    internal abstract ValueTask ShrinkAsync(RetentionOptions options, TimeProvider time, CancellationToken cancellationToken);

    internal void Report(StoreDamage damage)
    {
        if (Health.Report(damage))
        {
            LogDamage(logger, damage.Code, damage.Table, damage.Detail);
        }
    }

    [LoggerMessage(3211, LogLevel.Error, "The store is damaged ({Code}) in table '{Table}': {Detail}")]
    private static partial void LogDamage(ILogger logger, string code, string table, string detail);
}
