using Millwright.Grains.Twins;
using Millwright.Ingest.Feed;
using Millwright.Simulation.Tests.Scheduling;
using Millwright.Simulation.Tests.World;
using Orleans.Storage;

namespace Millwright.Simulation.Tests.Store;

/// <summary>
/// The store as one process sees it: reads and writes wait in a queue; a pump commits all writes that wait as one transaction, and only
/// then answers. What is queued dies with the process.
/// </summary>
internal sealed class ProcessStore(StoreMedium medium, Mortality life, Random random, Trace trace) : ICheckpointBarrier
{
    private readonly List<Work> queue = [];

    public StoreCondition Condition { get; set; }

    public bool HasWork => queue.Count > 0;

    /// <summary>Commits not yet failed or muted in this condition; it ends by itself.</summary>
    public int Patience { get; set; }

    public Tables Now => medium.Now;

    public Task<T> WriteAsync<T>(string what, Func<Tables, (Tables Next, T Result)> write)
    {
        life.Check();
        var work = new Write<T>(what, write);
        queue.Add(work);
        return work.Task;
    }

    public Task<T> ReadAsync<T>(Func<Tables, T> read)
    {
        life.Check();
        var work = new Write<T>(null, tables => (tables, read(tables)));
        queue.Add(work);
        return work.Task;
    }

    public ValueTask SyncAsync(CancellationToken cancellationToken)
    {
        if (Condition == StoreCondition.Away)
        {
            throw new TwinStoreException("The store cannot be synced.");
        }

        bool isLast = life.Strikes();
        if (!isLast || random.Next(2) == 0)
        {
            medium.Sync();
        }

        trace.Note("store sync");
        return isLast ? throw life.Fall() : ValueTask.CompletedTask;
    }

    /// <summary>One group commit.</summary>
    public void Pump()
    {
        life.Check();
        List<Work> batch = [.. queue];
        queue.Clear();
        bool writes = batch.Exists(w => w.What is not null);
        bool isLast = writes && life.Strikes();
        if (isLast && random.Next(2) == 0)
        {
            trace.Note("store dies before commit");
            throw life.Fall();
        }

        bool isAway = Condition == StoreCondition.Away;
        if (!isAway)
        {
            Tables next = medium.Now;
            batch.ForEach(w => next = w.Run(next));
            if (writes)
            {
                medium.Commit(next);
                trace.Note($"store commit {string.Join(' ', batch.Where(w => w.What is not null).Select(w => w.Outcome))}");
            }
        }

        if (isLast)
        {
            throw life.Fall();
        }

        bool isSilent = isAway || (Condition == StoreCondition.Mute && writes);
        if (isSilent)
        {
            trace.Note($"store {Condition}: {batch.Count} fail");
            if (--Patience <= 0)
            {
                Condition = StoreCondition.Prompt;
            }
        }

        batch.ForEach(w => w.Answer(isSilent));
    }

    private abstract class Work(string? what)
    {
        public string? What { get; } = what;

        public string Outcome { get; protected set; } = "";

        public abstract Tables Run(Tables tables);

        public abstract void Answer(bool isSilent);
    }

    private sealed class Write<T>(string? what, Func<Tables, (Tables Next, T Result)> write) : Work(what)
    {
        // As the real store's: the continuation must not run inside the commit.
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;
        private Exception? fault;

        public Task<T> Task => completion.Task;

        public override Tables Run(Tables tables)
        {
            try
            {
                (Tables next, result) = write(tables);
                Outcome = What ?? "";
                return next;
            }
            catch (Exception failure) when (failure is TwinFencedException or InconsistentStateException)
            {
                fault = failure;
                Outcome = $"{What}!";
                return tables;
            }
        }

        public override void Answer(bool isSilent)
        {
            if (isSilent)
            {
                completion.SetException(new TwinStoreException("The store cannot be used."));
            }
            else if (fault is not null)
            {
                completion.SetException(fault);
            }
            else
            {
                completion.SetResult(result!);
            }
        }
    }
}
