using Microsoft.Extensions.Logging;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;

namespace Millwright.Ingest.Hosting;

/// <summary>
/// MQTT session events in the telemetry log: the one place where a message and the packet id that it came under can become durable
/// together. Positions are those of <see cref="TelemetryIntake"/>: one more than the log's, because zero means nothing to wait for.
/// </summary>
public sealed partial class SessionJournal(TelemetryLog log, ILogger<SessionJournal> logger) : IMqttSessionJournal, ILogHold
{
    private readonly Lock gate = new();
    private readonly RecordBuffer buffer = new(256);
    private readonly Dictionary<object, long> holds = new(ReferenceEqualityComparer.Instance);

    public string LogId => log.LogId;

    public long DurableEnd => log.DurableEnd;

    public long NeededFrom
    {
        get
        {
            lock (gate)
            {
                return holds.Count == 0 ? long.MaxValue : holds.Values.Min();
            }
        }
    }

    public long Append(MqttSessionEvent sessionEvent)
    {
        ArgumentNullException.ThrowIfNull(sessionEvent);
        while (true)
        {
            if (TryAppend(sessionEvent) is { } position)
            {
                return position;
            }

            WaitForRoom();
        }
    }

    public void Replay(long from, Action<MqttSessionEvent> apply)
    {
        ArgumentNullException.ThrowIfNull(apply);
        long events = 0;
        using LogReader reader = log.OpenReader(from);
        while (reader.TryRead(out LogRecord record))
        {
            if (record.Kind != LogRecordKind.MqttSession)
            {
                continue;
            }

            if (SessionRecord.TryRead(record.Payload, record.Position + 1) is { } happened)
            {
                apply(happened);
                events++;
            }
            else
            {
                LogEventRefused(record.Position);
            }
        }

        LogReplayed(events, from);
    }

    public void Hold(object owner, long from)
    {
        lock (gate)
        {
            holds[owner] = from;
        }
    }

    private long? TryAppend(MqttSessionEvent sessionEvent)
    {
        lock (gate)
        {
            SessionRecord.Write(buffer, sessionEvent);
            try
            {
                return log.TryAppend(LogRecordKind.MqttSession, buffer.Slice(0, buffer.Length).Span, out long position) ? position + 1 : null;
            }
            catch (LogUnavailableException fault)
            {
                throw new InletUnavailableException(fault.Message, fault);
            }
        }
    }

    private void WaitForRoom()
    {
        try
        {
            // As for a message: the read loop stands still until the disk has caught up.
            log.WaitForRoomAsync().GetAwaiter().GetResult();
        }
        catch (LogUnavailableException fault)
        {
            throw new InletUnavailableException(fault.Message, fault);
        }
    }

    [LoggerMessage(1060, LogLevel.Information, "{Events} MQTT session events read again from log position {From}")]
    private partial void LogReplayed(long events, long from);

    [LoggerMessage(1061, LogLevel.Error, "The MQTT session event at log position {Position} cannot be read; it is skipped")]
    private partial void LogEventRefused(long position);
}
