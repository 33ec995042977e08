using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Payloads;
using Millwright.Telemetry;

namespace Millwright.Ingest.Hosting;

/// <summary>Carries what one connection's messages decode to into the log; reused from message to message, never by two at once.</summary>
/// <param name="log">Takes the records.</param>
/// <param name="source">Listener and client, for quarantine.</param>
/// <param name="speaker">The source whose samples these are where a message names none; empty for nobody.</param>
internal sealed class IntakeSession(TelemetryLog log, string source, string speaker) : IDecodeSink
{
    public LogRecordWriter Writer { get; } = new(log);

    private readonly RecordBuffer receipt = new(64);

    /// <summary>Why the last message, or a part of it, was rejected; null when it was not.</summary>
    public string? Code { get; private set; }

    public string Detail { get; private set; } = "";

    public DecodeResult Decode(PayloadDecoder decoder, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, string clientId,
        DateTimeOffset now)
    {
        Code = null;
        Writer.Start(now);
        DecodeResult result = decoder.Decode(topic, payload, clientId, now, this);
        if (Code is not null)
        {
            Writer.Reject(source, topic, payload, Code, Detail);
        }

        return result;
    }

    /// <summary>Adds the receipt of a QoS 2 message to its records.</summary>
    public void Receive(in InboundPublish publish, DateTimeOffset now)
    {
        SessionRecord.WriteReceipt(receipt, publish.Source, publish.PacketId);
        ReadOnlySpan<byte> record = receipt.Slice(0, receipt.Length).Span;
        Writer.Join(LogRecordKind.MqttSession, record);
        if (!Writer.FitsOneCommit)
        {
            // In two commits it could be taken by halves, and then twice: kept whole where someone can look at it.
            Code = DecodeReasons.TooLarge;
            Detail = "its samples do not fit into one commit, as QoS 2 needs";
            Writer.Start(now);
            Writer.Reject(source, publish.Topic, publish.Payload, Code, Detail);
            Writer.Join(LogRecordKind.MqttSession, record);
        }
    }

    void IDecodeSink.Begin(string assetId, UnitStep? step, string? named) => Writer.Begin(assetId, step, named ?? speaker);

    void IDecodeSink.Sample(string metric, long eventTimeTicks, double value, string? text, SampleQuality quality, bool historical) =>
        Writer.Sample(metric, new DateTimeOffset(eventTimeTicks, TimeSpan.Zero), value, text, quality, historical);

    void IDecodeSink.End() => Writer.End();

    void IDecodeSink.Reject(string code, string detail) => (Code, Detail) = (code, detail);
}
