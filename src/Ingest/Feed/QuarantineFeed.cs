using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millwright.Ingest.Log;
using Millwright.Ingest.Quarantine;

namespace Millwright.Ingest.Feed;

/// <summary>Carries quarantined messages from the log to their store, in order, one write at a time. Runs in the feeder's loop.</summary>
internal sealed partial class QuarantineFeed(string logId, IQuarantineStore store, FeedRuntime runtime, FeedSignal signal)
{
    /// <summary>At this many the feeder stops reading: a store that is away must not fill the memory.</summary>
    public const int MaxPending = 1_024;

    private readonly ILogger logger = runtime.Logger;
    private readonly List<QuarantinedMessage> pending = [];
    private ImmutableArray<QuarantinedMessage> flight = [];
    private Task? write;
    private ITimer? timer;
    private long retryAt;
    private int failures;

    public bool IsFull => pending.Count >= MaxPending;

    public bool IsEmpty => pending.Count == 0 && flight.IsEmpty;

    public long NeededFrom
    {
        get
        {
            long needed = long.MaxValue;
            foreach (QuarantinedMessage message in flight)
            {
                needed = Math.Min(needed, message.Position);
            }

            foreach (QuarantinedMessage message in pending)
            {
                needed = Math.Min(needed, message.Position);
            }

            return needed;
        }
    }

    public void Add(QuarantinedMessage message) => pending.Add(message with { LogId = logId });

    public void Add(ImmutableArray<QuarantinedMessage> messages)
    {
        foreach (QuarantinedMessage message in messages)
        {
            Add(message);
        }
    }

    /// <summary>A record of the log that cannot be read.</summary>
    public void Refuse(LogRecord record, string detail)
    {
        LogRecordRefused(record.Position, detail);
        Add(new QuarantinedMessage
        {
            Position = record.Position,
            IngestTime = runtime.Time.GetUtcNow(),
            Source = "log",
            Topic = logId,
            Reason = "record.format",
            Detail = detail,
            PayloadLength = record.Payload.Length,
            Payload = record.Payload[..Math.Min(record.Payload.Length, QuarantinedMessage.MaxPayload)].ToArray(),
        });
    }

    public bool Step(CancellationToken cancellationToken)
    {
        if (write is not null)
        {
            if (!write.IsCompleted)
            {
                return false;
            }

            Settle();
            return true;
        }

        if (flight.IsEmpty)
        {
            flight = [.. pending];
            pending.Clear();
        }

        if (flight.IsEmpty || runtime.Time.GetTimestamp() < retryAt)
        {
            return false;
        }

        write = WriteAsync(flight, cancellationToken);
        return true;
    }

    public void Dispose() => timer?.Dispose();

    private async Task WriteAsync(ImmutableArray<QuarantinedMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            await store.AppendAsync(messages, cancellationToken);
        }
        finally
        {
            signal.Set();
        }
    }

    private void Settle()
    {
        Task done = write!;
        write = null;
        if (done.IsCompletedSuccessfully)
        {
            runtime.Instruments.Quarantined.Add(flight.Length);
            flight = [];
            failures = 0;
            return;
        }

        failures++;
        double factor = Math.Pow(2, Math.Min(failures - 1, 30)) * (1 - (runtime.Random.NextDouble() / 2));
        TimeSpan pause = TimeSpan.FromTicks((long)Math.Min(runtime.Options.RetryPause.Ticks * factor, runtime.Options.MaxRetryPause.Ticks));
        retryAt = runtime.Time.GetTimestamp() + (long)(pause.TotalSeconds * runtime.Time.TimestampFrequency);
        timer ??= runtime.Time.CreateTimer(static s => ((FeedSignal)s!).Set(), signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(pause + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        LogQuarantineFailed(flight.Length, failures, done.Exception);
    }

    [LoggerMessage(1312, LogLevel.Error, "Record {Position} cannot be read ({Detail}); it goes to quarantine.")]
    private partial void LogRecordRefused(long position, string detail);

    [LoggerMessage(1303, LogLevel.Warning,
        "Writing {Messages} quarantined messages failed, try {Failures}; they stay in the log until it works.")]
    private partial void LogQuarantineFailed(int messages, int failures, Exception? failure);
}
