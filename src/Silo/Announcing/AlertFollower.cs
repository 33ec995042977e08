using System.Collections.Immutable;
using Millwright.Grains.Alerts;
using Millwright.Silo.Fleet;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Announcing;

/// <summary>
/// Tells one receiver of every alert, in the store's order, from a cursor that outlives us. The stream of alerts only wakes it: what it
/// delivers it reads from the store, so an alert that was recorded before a crash is told after it. The cursor follows delivery, hence
/// at least once over a crash, and once otherwise; the alert's id tells a repetition.
/// </summary>
public sealed partial class AlertFollower
{
    private const int PageSize = 200;
    private const int MaxDoublings = 20;

    // The wake-up comes with the alert. This is for the one that went missing with a part of us.
    private static readonly TimeSpan LookAnyway = TimeSpan.FromSeconds(10);

    // At shutdown a call under way may end: cut off, it would be made again after the restart.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly IAlertReceiver receiver;
    private readonly FollowerParts parts;
    private readonly AnnouncementOptions options;
    private readonly Random jitter;
    private readonly ReceiverStatus status;
    private readonly ILogger logger;
    private long position;
    private long saved;
    private int pageSize = PageSize;
    private Task saving = Task.CompletedTask;

    public AlertFollower(IAlertReceiver receiver, FollowerParts parts, AnnouncementOptions options, ILogger logger)
    {
        (this.receiver, this.parts, this.options, this.logger) = (receiver, parts, options, logger);
        jitter = new Random(options.Seed);
        status = new ReceiverStatus(receiver.Name);
        parts.Instruments.Register(status);
    }

    /// <summary>Takes up the receiver's place, which for a new receiver is written down here: nothing after it may be missed.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        position = saved = await parts.Cursors.BeginAsync(receiver.Name, cancellationToken);
        status.Moved(position, 0);
    }

    /// <summary>Delivers until it is cancelled. Returns with the cursor written as far as it could be.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var calls = new CancellationTokenSource(Timeout.InfiniteTimeSpan, parts.Time);
        await using CancellationTokenRegistration stop = cancellationToken.Register(() => calls.CancelAfter(StopGrace));
        try
        {
            await TryUntilDoneAsync(receiver.OpenAsync, cancellationToken);
            while (true)
            {
                long version = parts.Signal.Version;
                bool isMore = await DeliverPageAsync(calls.Token, cancellationToken);
                if (position != saved && saving.IsCompleted)
                {
                    saving = SaveAsync(position, cancellationToken);
                }

                if (!isMore)
                {
                    await WaitAsync(version, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Shutdown, or a call that outlasted its grace: what is not delivered lies behind the cursor.
        }

        await saving;
        await SaveAsync(position, CancellationToken.None);
    }

    /// <summary>It ended by a fault that nobody expected.</summary>
    public void Stopped(string fault) => status.Failed(fault, parts.Time.GetUtcNow(), status.Waiting);

    private async Task WaitAsync(long version, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task pause = Task.Delay(LookAnyway, parts.Time, waiting.Token);
        Task woken = parts.Signal.WaitAsync(version);
        await (position == saved ? Task.WhenAny(woken, pause) : Task.WhenAny(woken, pause, saving));
        await waiting.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>True when there may be more.</summary>
    private async ValueTask<bool> DeliverPageAsync(CancellationToken calls, CancellationToken cancellationToken)
    {
        int limit = pageSize;
        ImmutableArray<StoredAlert> page = [];
        await TryUntilDoneAsync(async token => page = await ReadPageAsync(limit, token), cancellationToken);
        for (int i = 0; i < page.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await DeliverAsync(page[i], calls, cancellationToken);
            position = page[i].Ordinal;
            status.Moved(position, page.Length - i - 1);
        }

        return page.Length == limit || pageSize != limit;
    }

    /// <summary>Alerts that no power cut takes back: what people are told must still be there after it.</summary>
    private async ValueTask<ImmutableArray<StoredAlert>> ReadPageAsync(int limit, CancellationToken cancellationToken)
    {
        ImmutableArray<StoredAlert> page;
        try
        {
            page = await parts.Alerts.QueryAsync(new AlertQuery { After = position, Limit = limit }, cancellationToken);
        }
        catch (StoreException fault)
            when (fault.InnerException is DamagedRowException { Damage: { Table: AlertRows.Owner, Sequence: { } damaged } })
        {
            await PassDamageAsync(damaged, limit, fault.Message, cancellationToken);
            return [];
        }

        if (page.IsEmpty)
        {
            pageSize = PageSize;
            return page;
        }

        await parts.Cursors.SyncAsync(cancellationToken);
        return page;
    }

    /// <summary>One damaged row must not silence those behind it: up to it they are read one by one, and it is set aside.</summary>
    private async ValueTask PassDamageAsync(long ordinal, int limit, string reason, CancellationToken cancellationToken)
    {
        if (limit > 1)
        {
            pageSize = 1;
            return;
        }

        await SetAsideAsync(ordinal, $"ordinal {ordinal}", $"store.corrupt: {reason}", cancellationToken);
        pageSize = PageSize;
        position = ordinal;
        status.Moved(position, await CountBehindAsync(cancellationToken));
    }

    private async ValueTask DeliverAsync(StoredAlert alert, CancellationToken calls, CancellationToken cancellationToken)
    {
        int refusals = 0;
        for (int tries = 1; ; tries++)
        {
            try
            {
                string? reason = await receiver.DeliverAsync(alert, calls);
                await FinishAsync(alert, reason, calls);
                return;
            }
            catch (Exception fault) when (fault is ReceiverAwayException or StoreException)
            {
                // What it says while it is away says nothing of this alert.
                refusals += fault is ReceiverAwayException { IsOfThisAlert: true } ? 1 : 0;
                if (refusals >= options.MaxTries)
                {
                    await FinishAsync(alert, fault.Message, calls);
                    return;
                }

                await PauseAsync(fault, tries, cancellationToken);
            }
        }
    }

    private async ValueTask FinishAsync(StoredAlert alert, string? reason, CancellationToken cancellationToken)
    {
        if (reason is null)
        {
            parts.Instruments.Delivered(receiver.Name, 1);
            return;
        }

        await TryUntilDoneAsync(
            async token => await SetAsideAsync(alert.Ordinal, alert.Alert.Id, reason, token), cancellationToken);
    }

    private async ValueTask SetAsideAsync(long ordinal, string alertId, string reason, CancellationToken cancellationToken)
    {
        // The row first: what is passed over must be on record before the cursor can pass it.
        var refused = new RefusedAlert(receiver.Name, ordinal, alertId, reason, parts.Time.GetUtcNow());
        await parts.Cursors.RefuseAsync(refused, cancellationToken);
        parts.Instruments.Refused(receiver.Name);
        LogAlertRefused(alertId, receiver.Name, reason);
    }

    private async Task TryUntilDoneAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                await work(cancellationToken);
                return;
            }
            catch (Exception fault) when (fault is ReceiverAwayException or StoreException)
            {
                await PauseAsync(fault, tries, cancellationToken);
            }
        }
    }

    private async Task PauseAsync(Exception fault, int tries, CancellationToken cancellationToken)
    {
        parts.Instruments.Retried(receiver.Name);
        status.Failed(fault.Message, parts.Time.GetUtcNow(), await CountBehindAsync(cancellationToken));
        TimeSpan pause = options.RetryPause * Math.Pow(2, Math.Min(tries - 1, MaxDoublings));
        if (fault is ReceiverAwayException { RetryAfter: { } asked } && asked > pause)
        {
            pause = asked;
        }

        pause = pause < options.MaxRetryPause ? pause : options.MaxRetryPause;
        if (tries == 1)
        {
            LogReceiverAway(receiver.Name, fault.Message);
        }

        await Task.Delay(pause * (0.5 + (jitter.NextDouble() / 2)), parts.Time, cancellationToken);
    }

    private async ValueTask<long> CountBehindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await parts.Cursors.CountAfterAsync(position, cancellationToken);
        }
        catch (StoreException)
        {
            // Only a figure; it keeps its last value.
            return status.Waiting;
        }
    }

    /// <summary>One write at a time, beside the deliveries: many of them share it, and none waits for it.</summary>
    private async Task SaveAsync(long ordinal, CancellationToken cancellationToken)
    {
        try
        {
            await receiver.SettleAsync(cancellationToken);
            await parts.Cursors.MoveAsync(receiver.Name, ordinal, cancellationToken);
            saved = ordinal;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // Not moved: after a crash the receiver hears some alerts again. The next write takes it along.
            if (fault is not OperationCanceledException)
            {
                LogCursorNotMoved(receiver.Name, fault);
                await DelayAfterFaultAsync(cancellationToken);
            }
        }
    }

    /// <summary>A disk that is away must not be asked in a tight loop.</summary>
    private async Task DelayAfterFaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(options.RetryPause, parts.Time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The follower ends.
        }
    }

    [LoggerMessage(3110, LogLevel.Warning, "Receiver {Receiver} is away and is tried again: {Fault}")]
    private partial void LogReceiverAway(string receiver, string fault);

    [LoggerMessage(3111, LogLevel.Error, "Alert {AlertId} was set aside for {Receiver}: {Reason}")]
    private partial void LogAlertRefused(string alertId, string receiver, string reason);

    [LoggerMessage(3112, LogLevel.Warning, "The cursor of {Receiver} was not moved")]
    private partial void LogCursorNotMoved(string receiver, Exception fault);
}
