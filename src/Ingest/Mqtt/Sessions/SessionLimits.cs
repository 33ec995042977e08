namespace Millwright.Ingest.Mqtt.Sessions;

internal sealed record SessionLimits(int MaxQueuedMessages, long MaxQueuedBytes);
