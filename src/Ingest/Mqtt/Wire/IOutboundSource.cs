namespace Millwright.Ingest.Mqtt.Wire;

/// <summary>Where a sender finds messages once its replies are written: a session's queues.</summary>
internal interface IOutboundSource
{
    /// <summary>Encodes what may be sent now, up to about <paramref name="limit"/> bytes.</summary>
    void Fill(WireBuffer buffer, int limit);
}
