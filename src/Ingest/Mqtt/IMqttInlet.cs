namespace Millwright.Ingest.Mqtt;

/// <summary>
/// What happens to an inbound PUBLISH before it is acknowledged. The server and the client (subscribed to another broker) share it.
/// </summary>
public interface IMqttInlet
{
    /// <summary>
    /// Takes the message synchronously. Spans are valid during the call only. Called on the connection's read loop, in order, once per
    /// PUBLISH (for QoS 2 once per packet id until PUBREL); for a will once, after the read loop of its connection has ended. Calls of
    /// different connections run at the same time. Must not block.
    /// </summary>
    InletResult Publish(in InboundPublish publish);

    /// <summary>
    /// Completes when <paramref name="position"/> is durable. One call at a time per connection, with the range of all
    /// read batches that wait (see the other overload), so that group commit costs one await. QoS 0 waits too: that is its back-pressure.
    /// Throws <see cref="InletUnavailableException"/> when the log cannot commit; nothing that waits is then acknowledged.
    /// </summary>
    ValueTask WaitDurableAsync(long position, CancellationToken cancellationToken);

    /// <summary>
    /// As above, for all that was taken from <paramref name="first"/> to <paramref name="last"/>. An inlet whose commits can fail and
    /// later ones succeed must throw when any commit in between has failed, also for positions of others: that costs a connection.
    /// </summary>
    ValueTask WaitDurableAsync(long first, long last, CancellationToken cancellationToken) => WaitDurableAsync(last, cancellationToken);

    /// <summary>
    /// What has become of a position: true when it is durable, false when it never will be, null when only waiting can tell.
    /// </summary>
    bool? IsDurable(long position) => null;
}
