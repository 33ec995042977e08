namespace Millwright.Silo.Storage.Schema;

/// <summary>MQTT sessions and retained messages.</summary>
internal static class MqttSessionsStep
{
    public const string Sql = "";
}
