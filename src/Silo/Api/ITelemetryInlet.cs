namespace Millwright.Silo.Api;

/// <summary>Where telemetry over HTTP enters: the same decoding, log and quarantine as every other listener.</summary>
public interface ITelemetryInlet
{
    /// <summary>Returns once the message is durable (law 1): as samples in the log, or in quarantine with its reason.</summary>
    /// <param name="topic">As an MQTT client would publish to, e.g. <c>telemetry/acme.lyon/press-04</c>.</param>
    /// <param name="source">Listener and client, e.g. <c>http:10.0.0.7</c>.</param>
    ValueTask<InletReceipt> AcceptAsync(string topic, ReadOnlyMemory<byte> payload, string source, CancellationToken cancellationToken);
}

/// <summary>What became of a message.</summary>
public sealed record InletReceipt
{
    public required InletOutcome Outcome { get; init; }

    /// <summary>Position in the log; -1 when nothing was written.</summary>
    public long Position { get; init; } = -1;

    public int Samples { get; init; }

    /// <summary>Stable reason code unless accepted.</summary>
    public string? Code { get; init; }

    /// <summary>What is wrong, for a person.</summary>
    public string Detail { get; init; } = "";

    /// <summary>When a refused message is worth another try; told in whole seconds, at least one.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);
}

public enum InletOutcome
{
    /// <summary>Durable as samples.</summary>
    Accepted = 0,

    /// <summary>Durable, but not understood; kept with its reason.</summary>
    Quarantined = 1,

    /// <summary>Not taken: the log is full or away. The caller must send it again.</summary>
    Refused = 2,

    /// <summary>Not telemetry: no rule and no dialect knows the topic. Sending it again changes nothing.</summary>
    Unmapped = 3,
}
