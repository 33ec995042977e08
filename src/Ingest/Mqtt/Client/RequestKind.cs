namespace Millwright.Ingest.Mqtt.Client;

internal enum RequestKind : byte
{
    None,
    PublishQos1,
    PublishQos2,
    Subscribe,
    Unsubscribe,
}
