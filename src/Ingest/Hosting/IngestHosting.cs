using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Ingest.Payloads;

namespace Millwright.Ingest.Hosting;

public static class IngestHosting
{
    /// <summary>
    /// Registers listeners, log and feeder, in the order in which they start. The host adds the ports: PlantModel, ITwinCaller,
    /// ICheckpointBarrier, IQuarantineStore.
    /// </summary>
    public static IServiceCollection AddIngest(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<LogOptions>().Bind(configuration.GetSection(LogOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<LogOptions>, LogOptionsValidator>());
        services.AddOptions<FeedOptions>().Bind(configuration.GetSection(FeedOptions.Section));
        services.AddOptions<MqttServerOptions>().Bind(configuration.GetSection(MqttServerOptions.Section)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MqttServerOptions>, MqttServerOptionsValidator>());
        services.TryAddSingleton<LogInstruments>();
        services.TryAddSingleton<FeedInstruments>();
        services.TryAddSingleton<LagDesk>();
        services.TryAddSingleton<ILanePriority, EqualPriority>();
        services.TryAddSingleton<MqttInstruments>();
        services.TryAddSingleton<IntakeInstruments>();
        services.TryAddSingleton<PayloadDecoder>();
        services.TryAddSingleton(OpenLog);
        services.TryAddSingleton(s => new TelemetryIntake(
            s.GetRequiredService<PayloadDecoder>(), s.GetRequiredService<TelemetryLog>(), s.GetRequiredService<IntakeInstruments>(),
            s.GetRequiredService<TimeProvider>())
        {
            SourcePerClient = s.GetRequiredService<IOptions<MqttServerOptions>>().Value.SourcePerClient,
        });
        services.TryAddSingleton<SessionJournal>();
        services.TryAddSingleton<IMqttInlet>(s => s.GetRequiredService<TelemetryIntake>());
        services.TryAddSingleton<IMqttAuthenticator, AnonymousAuthenticator>();
        services.TryAddSingleton(OpenServer);

        services.TryAddSingleton(s => new FeederSetup(
            s.GetRequiredService<IOptions<FeedOptions>>().Value,
            s.GetRequiredService<FeedInstruments>(),
            s.GetRequiredService<TimeProvider>(),
            new Random(Environment.ProcessId))
        {
            Holds = [s.GetRequiredService<SessionJournal>(), .. s.GetServices<ILogHold>()],
            Priority = s.GetRequiredService<ILanePriority>(),
            Lags = s.GetRequiredService<LagDesk>(),
        });
        services.AddHostedService<Feeder>();
        services.AddHostedService<MqttService>();
        return services.AddBroker(configuration);
    }

    private static IServiceCollection AddBroker(this IServiceCollection services, IConfiguration configuration)
    {
        BrokerOptions broker = configuration.GetSection(BrokerOptions.Section).Get<BrokerOptions>() ?? new BrokerOptions();
        if (broker.Address is null)
        {
            return services;
        }

        var options = new MqttBrokerSourceOptions
        {
            Address = broker.Address,
            Filters = broker.Filters.Count > 0 ? [.. broker.Filters] : ["#"],
            ShareGroup = broker.ShareGroup,
            Qos = broker.Qos,
            ClientId = broker.ClientId,
            Seed = Environment.ProcessId,
        };
        services.AddSingleton(s => new MqttBrokerSource(
            options, s.GetRequiredService<IMqttInlet>(), s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<MqttBrokerSource>>(), s.GetService<IMqttSessionStore>(),
                s.GetRequiredService<SessionJournal>()));
        return services.AddHostedService(s => s.GetRequiredService<MqttBrokerSource>());
    }

    private static TelemetryLog OpenLog(IServiceProvider services)
    {
        LogOptions options = services.GetRequiredService<IOptions<LogOptions>>().Value;
        return TelemetryLog.Open(
            options,
            new FileLogDisk(options.Directory),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<LogInstruments>(),
            services.GetRequiredService<ILogger<TelemetryLog>>());
    }

    private static MqttServer OpenServer(IServiceProvider services) => new(
        services.GetRequiredService<IOptions<MqttServerOptions>>().Value,
        services.GetRequiredService<IMqttInlet>(),
        new MqttServices
        {
            Time = services.GetRequiredService<TimeProvider>(),
            Instruments = services.GetRequiredService<MqttInstruments>(),
            Loggers = services.GetRequiredService<ILoggerFactory>(),
            SessionStore = services.GetService<IMqttSessionStore>(),
            Journal = services.GetService<IMqttSessionStore>() is null ? null : services.GetRequiredService<SessionJournal>(),
            Authenticator = services.GetRequiredService<IMqttAuthenticator>(),
        });
}
