using System.Net.Security;

namespace Millwright.Ingest.Mqtt.Client;

/// <summary>How to reach a broker and what to agree with it.</summary>
public sealed record MqttClientOptions
{
    public string Host { get; init; } = "localhost";

    /// <summary>1 to 65535. Default 1883.</summary>
    public int Port { get; init; } = 1883;

    /// <summary>When given, the connection is encrypted (usually port 8883).</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>When given (<c>ws://</c> or <c>wss://</c>), used instead of host and port.</summary>
    public Uri? WebSocket { get; init; }

    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>Empty: the server assigns one, and nothing is kept between connections.</summary>
    public string ClientId { get; init; } = "";

    public bool CleanStart { get; init; } = true;

    /// <summary>How long the server keeps the session. 3.1.1 knows only zero (a clean session) or for ever. Default zero.</summary>
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.Zero;

    /// <summary>0 to 65535 s; zero: off. Default 30 s. The server may shorten it.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public MqttMessage? Will { get; init; }

    public TimeSpan WillDelay { get; init; } = TimeSpan.Zero;

    /// <summary>Own publishes without answer, 1 to 65535; the server may lower it. Default 4,096.</summary>
    public int MaxInFlight { get; init; } = 4_096;

    /// <summary>Publishes of the server without our answer, 1 to 65535. Default 8,192.</summary>
    public int ReceiveMaximum { get; init; } = 8_192;

    /// <summary>Largest packet accepted, in bytes. Default 1 MiB.</summary>
    public int MaxPacketSize { get; init; } = 1024 * 1024;

    /// <summary>Encoded publishes that wait for the socket, in bytes; beyond, publishing waits. Default 1 MiB.</summary>
    public int MaxBufferedBytes { get; init; } = 1024 * 1024;

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
