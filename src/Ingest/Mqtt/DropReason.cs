namespace Millwright.Ingest.Mqtt;

/// <summary>Why an outbound message was not delivered: the values of the metric tag <c>reason</c>.</summary>
internal enum DropReason : byte
{
    SlowSubscriber,
    QueueFull,
    Expired,
    TooLarge,
    RetainedFull,
}
