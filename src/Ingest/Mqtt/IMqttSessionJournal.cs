namespace Millwright.Ingest.Mqtt;

/// <summary>
/// Where session events become durable in one order with the messages: the telemetry log. The session store saves whole sessions from
/// time to time; what happened since is read here. A QoS 2 receipt is not appended here but by the inlet, with its message
/// (<see cref="InboundPublish.IsTracked"/>).
/// </summary>
public interface IMqttSessionJournal
{
    /// <summary>Positions mean nothing in another log.</summary>
    string LogId { get; }

    /// <summary>Every event before it is durable, and was appended before this was asked.</summary>
    long DurableEnd { get; }

    /// <summary>Returns what must be durable before anyone is told: a position for <see cref="IMqttInlet.WaitDurableAsync"/>.</summary>
    /// <exception cref="InletUnavailableException">The log takes nothing; the event did not happen.</exception>
    long Append(MqttSessionEvent sessionEvent);

    /// <summary>Hands over the durable events from a <see cref="DurableEnd"/> on, in order.</summary>
    void Replay(long from, Action<MqttSessionEvent> apply);

    /// <summary>
    /// The owner will ask for what is behind <paramref name="from"/> after a restart; each call replaces its last one, and never goes back.
    /// </summary>
    void Hold(object owner, long from);
}
