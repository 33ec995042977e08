using System.Net.Security;

namespace Millwright.Ingest.Mqtt;

/// <summary>Settings of the MQTT endpoint, section <see cref="Section"/>.</summary>
public sealed class MqttServerOptions
{
    public const string Section = "Mqtt";

    /// <summary>The local address to listen on. Default 0.0.0.0 (all, IPv4); <c>::</c> for all of both families.</summary>
    public string Address { get; set; } = "0.0.0.0";

    /// <summary>TCP port, 0 to 65535; 0 lets the system choose. Default 1883.</summary>
    public int Port { get; set; } = 1883;

    /// <summary>When given, the listener speaks TLS (usually on port 8883).</summary>
    public SslServerAuthenticationOptions? Tls { get; set; }

    /// <summary>Connections at the same time, 1 to 1,000,000; further ones are closed at once. Default 10,000.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>Sessions kept, connected or not, 1 to 10,000,000; a further client id is refused. Default 100,000.</summary>
    public int MaxSessions { get; set; } = 100_000;

    /// <summary>Largest packet accepted, in bytes, 1 KiB to 256 MiB - 1. Default 1 MiB.</summary>
    public int MaxPacketSize { get; set; } = 1024 * 1024;

    /// <summary>
    /// QoS 1 and 2 publishes of one client without answer, 1 to 65535. Announced to 5.0 clients as Receive Maximum; one more ends the
    /// connection. Default 8,192: at 75,000 messages/s of one client that is 100 ms of commit latency.
    /// </summary>
    public int MaxInFlight { get; set; } = 8_192;

    /// <summary>QoS 1 and 2 messages sent to one client without answer, 1 to 65535. Default 1,024.</summary>
    public int MaxInFlightOut { get; set; } = 1_024;

    /// <summary>Read batches of one connection that wait for their commit, 1 to 4,096; then the server stops reading. Default 64.</summary>
    public int MaxWaitingBatches { get; set; } = 64;

    /// <summary>Size of one read from a connection, in bytes, 4 KiB to 1 MiB. Default 64 KiB.</summary>
    public int ReadBufferSize { get; set; } = 64 * 1024;

    /// <summary>
    /// How long a session outlives its connection at most, 0 to 10 years. Default 7 days. 3.1.1 clients that keep their session get
    /// this.
    /// </summary>
    public TimeSpan MaxSessionExpiry { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// The longest keep alive granted to a 5.0 client, 1 s to 65535 s; a longer one is answered with Server Keep Alive. A client that asks
    /// for none (0) gets none. Default 60 s, so that a dead gateway is noticed within 90 s.
    /// </summary>
    public TimeSpan MaxKeepAlive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A silent client is cut off after this many keep alive intervals, 1 to 10. Default 1.5, as the specification says.</summary>
    public double KeepAliveGrace { get; set; } = 1.5;

    /// <summary>How long a new connection may take to send CONNECT, 1 s to 10 min. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a closing connection may take to read what it was sent, 0 to 1 min. Default 2 s.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Retained messages, 0 to 10,000,000; further topics are not retained (counted as dropped). Default 100,000.</summary>
    public int MaxRetainedMessages { get; set; } = 100_000;

    /// <summary>Bytes of all retained messages (topic, payload, properties), 0 to 64 GiB. Default 256 MiB.</summary>
    public long MaxRetainedBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>
    /// Messages that wait for one session, for QoS 0 and for QoS 1 and 2 each, 1 to 1,000,000. QoS 0 loses its oldest, QoS 1 and 2 refuse
    /// the newest; both are counted. Default 8,192.
    /// </summary>
    public int MaxQueuedPerSession { get; set; } = 8_192;

    /// <summary>The same bound in bytes, 64 KiB to 4 GiB. Default 32 MiB.</summary>
    public long MaxQueuedBytesPerSession { get; set; } = 32L * 1024 * 1024;

    /// <summary>Subscriptions of one session, 1 to 1,000,000; further ones are refused with 0x97 (3.1.1: 0x80). Default 10,000.</summary>
    public int MaxSubscriptionsPerSession { get; set; } = 10_000;

    /// <summary>Topics that a connection remembers, 16 to 1,000,000; beyond, it starts afresh. Default 8,192.</summary>
    public int MaxCachedTopics { get; set; } = 8_192;

    /// <summary>Topic aliases that a 5.0 client may set, 0 to 65535. Default 1,024.</summary>
    public int MaxTopicAliases { get; set; } = 1_024;

    /// <summary>Topic aliases that the server sets towards a 5.0 client that allows them, 0 to 65535. Default 64.</summary>
    public int MaxTopicAliasesOut { get; set; } = 64;

    /// <summary>
    /// Each client id is a source of its own to the twins' watermarks, where a message names none. For gateways with fixed ids only: each
    /// id that falls silent is waited for until the asset's idle timeout. Default false: all clients are the source <c>mqtt</c>.
    /// </summary>
    public bool SourcePerClient { get; set; }

    /// <summary>Filters whose subscription is refused (SUBACK 0x80): each refuses itself and everything narrower. Default none.</summary>
    public IList<string> RefusedSubscriptions { get; } = [];
}
