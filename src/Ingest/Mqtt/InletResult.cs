namespace Millwright.Ingest.Mqtt;

/// <param name="Position">What must be durable before the source is acknowledged; 0: nothing to wait for.</param>
/// <param name="Reason">
/// <see cref="MqttReason.Success"/>: taken. <see cref="MqttReason.NoMatchingSubscribers"/>: of no interest here, which is no refusal:
/// the message is routed to subscribers all the same. A code from 0x80 on refuses: the message goes no further and a 5.0 source gets
/// the code in PUBACK or PUBREC. 3.1.1 has no such code: for <see cref="MqttReason.QuotaExceeded"/>, <see cref="MqttReason.ServerBusy"/>
/// and the unspecific errors the connection is closed without acknowledgement (the source will retry); other refusals are acknowledged.
/// </param>
public readonly record struct InletResult(long Position, MqttReason Reason)
{
    /// <summary>Where the message begins, when it takes more than the one position.</summary>
    public long First { get => field == 0 ? Position : field; init; }

    public static InletResult NotMapped => new(0, MqttReason.NoMatchingSubscribers);

    public static InletResult Accepted(long position) => new(position, MqttReason.Success);

    public static InletResult Refused(MqttReason reason) => new(0, reason);
}
