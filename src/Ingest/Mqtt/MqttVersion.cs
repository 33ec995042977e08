namespace Millwright.Ingest.Mqtt;

/// <summary>The protocol level byte of CONNECT.</summary>
public enum MqttVersion : byte
{
    V311 = 4,
    V5 = 5,
}
