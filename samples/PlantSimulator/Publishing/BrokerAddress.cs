using System.Net.Security;
using Millwright.Ingest.Mqtt.Client;

namespace Millwright.Simulation.Publishing;

/// <summary>
/// Reads <c>mqtt://</c>, <c>mqtts://</c>, <c>ws://</c> and <c>wss://</c> addresses, with user and password where they carry them.
/// </summary>
public static class BrokerAddress
{
    private const int PlainPort = 1883;
    private const int TlsPort = 8883;

    /// <summary>False with a reason for a person when the address is none of them.</summary>
    public static bool TryParse(string text, string clientId, out MqttClientOptions options, out string fault)
    {
        options = new MqttClientOptions();
        fault = "";
        if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0)
        {
            fault = $"'{text}' is no address; write mqtt://host:port.";
            return false;
        }

        if (uri.Scheme is not ("mqtt" or "mqtts" or "ws" or "wss"))
        {
            fault = $"'{uri.Scheme}' is no scheme of MQTT; write mqtt, mqtts, ws or wss.";
            return false;
        }

        string[] user = uri.UserInfo.Length == 0 ? [] : uri.UserInfo.Split(':', 2);
        options = new MqttClientOptions
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : uri.Scheme == "mqtts" ? TlsPort : PlainPort,
            Tls = uri.Scheme == "mqtts" ? new SslClientAuthenticationOptions { TargetHost = uri.Host } : null,
            WebSocket = uri.Scheme is "ws" or "wss" ? uri : null,
            ClientId = clientId,
            UserName = user.Length > 0 ? Uri.UnescapeDataString(user[0]) : null,
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        };
        return true;
    }
}
