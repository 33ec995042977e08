using Millwright.Ingest.Mqtt.Sessions;

namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>One session's wish for one filter.</summary>
internal sealed record Subscription
{
    public required Session Session { get; init; }

    /// <summary>As requested, with the share prefix.</summary>
    public required byte[] Requested { get; init; }

    /// <summary>What is matched, without the share prefix.</summary>
    public required byte[] Filter { get; init; }

    public string? Group { get; init; }

    public byte Qos { get; init; }

    public bool NoLocal { get; init; }

    public bool RetainAsPublished { get; init; }

    /// <summary>0: none was given.</summary>
    public uint Identifier { get; init; }
}
