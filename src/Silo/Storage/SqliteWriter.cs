using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Millwright.Silo.Storage;

/// <summary>Group commit: takes what is queued, runs each in a savepoint of its own, commits once, and only then answers.</summary>
internal sealed partial class SqliteWriter : IDisposable
{
    private const int Constraint = 19;

    /// <summary>As SQLite's own.</summary>
    private const int PagesPerCheckpoint = 1_000;

    private readonly Channel<Work> queue;
    private readonly SqliteStatements statements;
    private readonly int maxCommit;
    private readonly ILogger logger;
    private readonly Thread thread;
    private readonly CommitSync commits;

    public SqliteWriter(SqliteStatements statements, SqliteOptions options, CommitSync commits, ILogger logger)
    {
        this.statements = statements;
        this.logger = logger;
        this.commits = commits;
        maxCommit = options.MaxCommit;
        queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(options.MaxQueuedWrites) { SingleReader = true });
        thread = new Thread(Run) { IsBackground = true, Name = "sqlite-writer" };
        thread.Start();
    }

    public ValueTask<T> WriteAsync<T>(Func<Statements, T> action, CancellationToken cancellationToken) =>
        QueueAsync(new Work<T>(action), cancellationToken);

    /// <summary>Empties the write-ahead log, between commits. False while a reader is in the way.</summary>
    public ValueTask<bool> CheckpointAsync(CancellationToken cancellationToken) =>
        QueueAsync(new Work<bool>(s => commits.Checkpoint(s, isWhole: true)) { IsAlone = true }, cancellationToken);

    public void Dispose()
    {
        queue.Writer.TryComplete();
        thread.Join();
        statements.Dispose();
    }

    private async ValueTask<T> QueueAsync<T>(Work<T> work, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(work, cancellationToken);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreException("store.unavailable", "The store is closed.", closed);
        }

        // Once queued it will be written: a caller that gave up must not believe the opposite.
        return await work.Task;
    }

    private void Run()
    {
        List<Work> batch = [];
        while (queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            Work? alone = null;
            while (alone is null && batch.Count < maxCommit && queue.Reader.TryRead(out Work? work))
            {
                if (work.IsAlone)
                {
                    alone = work;
                }
                else
                {
                    batch.Add(work);
                }
            }

            if (batch.Count > 0)
            {
                Commit(batch);
                Checkpoint();
                batch.Clear();
            }

            alone?.RunAlone(statements);
        }
    }

    private void Commit(List<Work> batch)
    {
        try
        {
            statements.Execute("BEGIN IMMEDIATE");
            foreach (Work work in batch)
            {
                RunOne(work);
            }

            statements.Execute("COMMIT");
        }
        catch (SqliteException failure)
        {
            LogCommitFailed(batch.Count, failure);
            RollBack();
            var refusal = new StoreException("store.unavailable", $"The store cannot be written: {failure.Message}", failure);
            foreach (Work work in batch)
            {
                work.Fail(refusal);
            }

            return;
        }

        foreach (Work work in batch)
        {
            work.Answer();
        }
    }

    /// <summary>SQLite's own checkpoints are off: they keep a failed sync to themselves.</summary>
    private void Checkpoint()
    {
        if (statements.PagesWritten < PagesPerCheckpoint)
        {
            return;
        }

        statements.ResetPagesWritten();
        try
        {
            commits.Checkpoint(statements, isWhole: false);
        }
        catch (SqliteException failure)
        {
            LogCheckpointFailed(failure);
        }
    }

    private void RunOne(Work work)
    {
        statements.Execute("SAVEPOINT work");
        try
        {
            work.Run(statements);
        }
        catch (Exception failure) when (failure is not SqliteException { SqliteErrorCode: not Constraint } and not OutOfMemoryException)
        {
            // Its own fault (fenced, conflict): undone alone. A failure of the file ends the whole transaction, in Commit.
            statements.Execute("ROLLBACK TO work");
            work.SetFault(failure);
        }

        statements.Execute("RELEASE work");
    }

    private void RollBack()
    {
        try
        {
            statements.Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does on a full disk; there is no transaction left.
        }
    }

    [LoggerMessage(3200, LogLevel.Error, "A commit of {Writes} writes failed and was undone.")]
    private partial void LogCommitFailed(int writes, Exception failure);

    [LoggerMessage(3201, LogLevel.Error, "A checkpoint of the write-ahead log failed.")]
    private partial void LogCheckpointFailed(Exception failure);

    private abstract class Work
    {
        /// <summary>Runs outside of a transaction.</summary>
        public bool IsAlone { get; init; }

        protected Exception? Fault { get; private set; }

        public abstract void Run(Statements statements);

        public abstract void Answer();

        public abstract void Fail(Exception failure);

        public void RunAlone(Statements statements)
        {
            try
            {
                Run(statements);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                SetFault(failure);
            }

            Answer();
        }

        public void SetFault(Exception failure) => Fault = failure;
    }

    private sealed class Work<T>(Func<Statements, T> action) : Work
    {
        private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? result;

        public Task<T> Task => completion.Task;

        public override void Run(Statements statements) => result = action(statements);

        public override void Answer()
        {
            if (Fault is null)
            {
                completion.SetResult(result!);
            }
            else
            {
                completion.SetException(Fault);
            }
        }

        public override void Fail(Exception failure) => completion.SetException(Fault ?? failure);
    }
}
