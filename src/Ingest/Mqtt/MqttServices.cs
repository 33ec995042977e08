using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Millwright.Ingest.Mqtt;

/// <summary>What the endpoint needs of its host.</summary>
public sealed record MqttServices
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public MqttInstruments Instruments { get; init; } = new(null);

    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Null: sessions and retained messages live as long as the server.</summary>
    public IMqttSessionStore? SessionStore { get; init; }

    public IMqttAuthenticator Authenticator { get; init; } = new AnonymousAuthenticator();
}
