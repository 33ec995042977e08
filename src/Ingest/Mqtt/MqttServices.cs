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

    /// <summary>Null: what happened to a session since it was last saved is lost with the process.</summary>
    public IMqttSessionJournal? Journal { get; init; }

    public IMqttAuthenticator Authenticator { get; init; } = new AnonymousAuthenticator();
}
