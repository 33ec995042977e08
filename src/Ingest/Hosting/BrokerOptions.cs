namespace Millwright.Ingest.Hosting;

/// <summary>
/// An existing broker to take telemetry from, beside our own endpoint. Section <c>Broker</c>; without an address there is none.
/// </summary>
public sealed class BrokerOptions
{
    public const string Section = "Broker";

    /// <summary><c>mqtt://[user:password@]host[:port]</c>, or <c>mqtts</c>, <c>ws</c>, <c>wss</c>.</summary>
    public Uri? Address { get; set; }

    /// <summary>Topic filters. Default: all topics, of which the rules and dialects take what they know.</summary>
    public IList<string> Filters { get; } = [];

    /// <summary>Divides the messages among all silos that name the same group. Default none.</summary>
    public string? ShareGroup { get; set; }

    /// <summary>0 to 2. Default 1.</summary>
    public byte Qos { get; set; } = 1;

    /// <summary>Names the session that the broker keeps for us. Default <c>millwright</c>.</summary>
    public string ClientId { get; set; } = "millwright";
}
