namespace Millwright.Simulation.Messages;

/// <summary>How a machine speaks; the demo shows several so that each decoder is seen at work.</summary>
public enum Dialect
{
    /// <summary><c>telemetry/{namespace}/{name}</c> with <c>{"ts":…,"values":{…}}</c>.</summary>
    Telemetry,

    /// <summary>One topic per tag, <c>umh/v1/…/_raw/{metric}</c> with <c>{"timestamp_ms":…,"value":…}</c>.</summary>
    UnifiedNamespace,

    /// <summary><c>v1/gateway/telemetry</c> with <c>{"device":[{"ts":…,"values":{…}}]}</c>.</summary>
    ThingsBoardGateway,
}
