using System.Text;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Payloads;

namespace Millwright.Ingest.Hosting;

/// <summary>
/// Where every listener's messages become durable: decode, append, and tell what must be synced before the source is acknowledged.
/// A message that cannot be decoded is appended too, to quarantine: it is acknowledged because it is kept.
/// </summary>
public sealed class TelemetryIntake(PayloadDecoder decoder, TelemetryLog log, IntakeInstruments instruments, TimeProvider time) : IMqttInlet
{
    /// <summary>What the API itself has to tell a twin comes from here: <c>api:</c> and who asked. No source stands for it.</summary>
    public const string Own = "api";

    /// <summary>See <see cref="MqttServerOptions.SourcePerClient"/>.</summary>
    public bool SourcePerClient { get; init; }

    public InletResult Publish(in InboundPublish publish)
    {
        MqttSource source = publish.Source;
        var session = (IntakeSession)(source.Tag ??= new IntakeSession(log, "mqtt:" + source.ClientId, SpeakerOf(source)));
        DateTimeOffset now = time.GetUtcNow();
        DecodeResult result = session.Decode(decoder, publish.Topic, publish.Payload, source.ClientId, now);
        instruments.Received(result);
        bool isMapped = result.Outcome is not (DecodeOutcome.Unmapped or DecodeOutcome.Empty);
        if (publish.IsTracked)
        {
            session.Receive(publish, now);
        }
        else if (!isMapped)
        {
            return InletResult.NotMapped;
        }

        try
        {
            long position;
            while (!session.Writer.TryAppend(out position))
            {
                // The read loop stands still until the disk has caught up: that is the source's back-pressure.
                log.WaitForRoomAsync().GetAwaiter().GetResult();
            }

            // Zero is the endpoint's word for nothing to wait for, and a valid position of ours.
            InletResult taken = isMapped ? InletResult.Accepted(position + 1) : InletResult.NotMapped with { Position = position + 1 };
            return taken with { First = session.Writer.First + 1 };
        }
        catch (LogUnavailableException)
        {
            instruments.Refused();
            return InletResult.Refused(MqttReason.QuotaExceeded);
        }
    }

    public ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken) =>
        WaitDurableAsync(position, position, cancellationToken);

    public async ValueTask WaitDurableAsync(long first, long last, CancellationToken cancellationToken)
    {
        try
        {
            await log.WaitDurableAsync(first - 1, last - 1);
        }
        catch (LogUnavailableException fault)
        {
            // QuotaExceeded for a failing disk too: 5.0 has no better word for "send it again later".
            throw new InletUnavailableException(fault.Message, fault) { Reason = MqttReason.QuotaExceeded };
        }
    }

    public bool? IsDurable(long position) => position == 0 ? true : log.IsDurable(position - 1);

    /// <summary>One message from a listener without connections of its own (HTTP). Completes when it is durable.</summary>
    /// <param name="topic">As of an MQTT publish.</param>
    /// <param name="payload">The same.</param>
    /// <param name="source">Kind of listener, colon, client: <c>http:10.0.0.7</c>.</param>
    /// <param name="cancellationToken">Ends the wait for room; what was appended stays.</param>
    /// <exception cref="LogUnavailableException">The log cannot take it; nothing was acknowledged.</exception>
    public async ValueTask<IntakeResult> AcceptAsync(string topic, ReadOnlyMemory<byte> payload, string source,
        CancellationToken cancellationToken)
    {
        string kind = source.Split(':', 2)[0];
        var session = new IntakeSession(log, source, kind == Own ? "" : kind);
        DecodeResult result = session.Decode(decoder, Encoding.UTF8.GetBytes(topic), payload.Span, source, time.GetUtcNow());
        instruments.Received(result);
        long position;
        try
        {
            position = await session.Writer.AppendAsync(cancellationToken);
            if (position >= 0)
            {
                await log.WaitDurableAsync(session.Writer.First, position);
            }
        }
        catch (LogUnavailableException)
        {
            instruments.Refused();
            throw;
        }

        return new IntakeResult(result, position, session.Code, session.Detail);
    }

    private string SpeakerOf(MqttSource source)
    {
        if (source.IsBroker)
        {
            return "broker";
        }

        return SourcePerClient && source.ClientId.Length is > 0 and <= DecodeLimits.MaxName ? source.ClientId : "mqtt";
    }
}
