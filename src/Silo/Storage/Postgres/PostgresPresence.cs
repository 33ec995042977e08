using Npgsql;
using Polly;
using Polly.Retry;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>Whether the server is there: from what it answers, and by a probe when nobody asks. Health hears of it.</summary>
internal sealed partial class PostgresPresence : IDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource source;
    private readonly StoreHealth health;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource closing = new();
    private readonly Task probing;

    public PostgresPresence(NpgsqlDataSource source, StoreHealth health, int maxRetries, ILogger logger, TimeProvider time)
    {
        this.source = source;
        this.health = health;
        this.logger = logger;
        this.time = time;
        Retrying = maxRetries == 0 ? ResiliencePipeline.Empty : new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                // While the probe knows that the server is gone nobody waits for it.
                ShouldHandle = outcome => new(
                    outcome.Outcome.Exception is { } failure && PostgresFaults.IsTransient(failure) && health.Unsynced is null),
                MaxRetryAttempts = maxRetries,
                Delay = TimeSpan.FromMilliseconds(100),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                OnRetry = OnRetry,
            })
            .Build();
        probing = Task.Run(ProbeAsync);
    }

    /// <summary>Tries again what failed for want of a connection, a few times.</summary>
    public ResiliencePipeline Retrying { get; }

    public void Dispose()
    {
        if (!closing.IsCancellationRequested)
        {
            closing.Cancel();
            probing.Wait();
        }
    }

    private ValueTask OnRetry(OnRetryArguments<object> retry)
    {
        // A server that was restarted has closed every connection of the pool, and each would fail once.
        source.Clear();
        LogRetry(logger, retry.AttemptNumber + 1, retry.Outcome.Exception?.Message ?? "");
        return ValueTask.CompletedTask;
    }

    public void Answered()
    {
        if (health.Unsynced is not null)
        {
            health.Unsynced = null;
            LogBack(logger);
        }
    }

    public StoreException Unanswered(Exception failure)
    {
        StoreException away = PostgresFaults.ToStore(failure);
        if (health.Unsynced is null && !closing.IsCancellationRequested)
        {
            health.Unsynced = away.Message;
            LogAway(logger, away.Message);
        }

        return away;
    }

    /// <summary>So that an idle silo knows too, and nobody has to be refused to find out that the store is back.</summary>
    private async Task ProbeAsync()
    {
        using var timer = new PeriodicTimer(ProbeInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(closing.Token))
            {
                try
                {
                    await using NpgsqlConnection connection = await source.OpenConnectionAsync(closing.Token);
                    await using var command = new NpgsqlCommand("SELECT pg_is_in_recovery()", connection);
                    if (await command.ExecuteScalarAsync(closing.Token) is false)
                    {
                        Answered();
                    }
                }
                catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
                {
                    source.Clear();
                    Unanswered(failure);
                }
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    [LoggerMessage(3231, LogLevel.Warning, "The store did not answer; attempt {Attempt} follows: {Why}")]
    private static partial void LogRetry(ILogger logger, int attempt, string why);

    [LoggerMessage(3232, LogLevel.Error, "The store is away; twins wait: {Why}")]
    private static partial void LogAway(ILogger logger, string why);

    [LoggerMessage(3233, LogLevel.Information, "The store is back.")]
    private static partial void LogBack(ILogger logger);
}
