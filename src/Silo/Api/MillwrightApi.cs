using Microsoft.Extensions.DependencyInjection.Extensions;
using Millwright.Grains.Peers;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Silo.Api.Detectors;
using Millwright.Silo.Api.Events;
using Millwright.Silo.Api.OpenApi;
using Millwright.Silo.Api.Peers;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Api.Things;
using Millwright.Silo.Fleet;
using Millwright.Silo.Metrics;
using Millwright.Silo.Storage.Backup;

namespace Millwright.Silo.Api;

/// <summary>The HTTP API as a whole: what it needs registered, and where everything is.</summary>
public static class MillwrightApi
{
    /// <summary>
    /// Registers the API. The host adds the ports: PlantModel, ITwinStore, IAlertStore, IVerdictStore, IQuarantineStore, IGrainStateQuery,
    /// ISystemProbe, TimeProvider, and ITelemetryInlet where telemetry may come over HTTP.
    /// </summary>
    public static IServiceCollection AddMillwrightApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<FleetIndex>();
        services.TryAddSingleton<LiveSignals>();
        services.TryAddSingleton<TwinCatalogue>();
        services.TryAddSingleton<StoredTwins>();
        services.TryAddSingleton<TwinInquiry>();
        services.TryAddSingleton<ReplayDesk>();
        services.TryAddSingleton<PeerReader>();
        services.TryAddSingleton<PeerComparison>();
        services.TryAddSingleton<PriorDesk>();
        services.TryAddSingleton<Backtest>();
        services.TryAddSingleton<DetectorDesk>();
        services.TryAddSingleton<VerdictDesk>();
        services.TryAddSingleton<WordStamps>();
        services.TryAddSingleton<EventGate>();
        services.TryAddSingleton<IAlertRenderer, AlertRenderer>();
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddMillwrightOpenApi();
        services.AddMillwrightMetrics();
        services.AddHealthChecks();
        return services;
    }

    /// <summary>
    /// Keeps the index and the live feeds up to date. Call it after UseOrleans: hosted services start in order, and this one needs the
    /// streams.
    /// </summary>
    public static IServiceCollection AddFleetSubscriber(this IServiceCollection services)
    {
        services.AddSingleton<FleetSubscriber>();
        services.AddHostedService(provider => provider.GetRequiredService<FleetSubscriber>());
        return services;
    }

    /// <summary>Maps everything under one group, the place for authorization. The group is returned for that.</summary>
    public static RouteGroupBuilder MapMillwrightApi(this WebApplication app)
    {
        app.UseMiddleware<ApiGuard>();
        RouteGroupBuilder root = app.MapGroup("");
        root.MapThings();
        root.MapSearch();

        // Whatever asks a grain or a store may find it away (ApiGuard).
        RouteGroupBuilder api = root.MapGroup("/api/v1").ProducesProblem(503).ProducesProblem(504);
        api.MapAlerts();
        api.MapDecisions();
        api.MapAlertVerdict();
        api.MapDetectors();
        api.MapBacktest();
        api.MapLifecycle();
        api.MapIncidents();
        api.MapWindows();
        api.MapHistory();
        api.MapRollups();
        api.MapDigest();
        api.MapUnits();
        api.MapForecast();
        api.MapPeers();
        api.MapEnergy();
        api.MapWorkOrders();
        api.MapQuality();
        api.MapQuarantine();
        api.MapPlant();
        api.MapSystem();
        if (app.Services.GetService<IServiceProviderIsService>()?.IsService(typeof(ITelemetryInlet)) == true)
        {
            api.MapTelemetry();
            api.MapBaselines();
            api.MapPrior();
        }

        if (app.Services.GetService<IServiceProviderIsService>()?.IsService(typeof(BackupService)) == true)
        {
            api.MapBackup();
        }

        root.MapOpenApi("/openapi/{documentName}.json");
        root.MapMetrics();
        root.MapHealth();
        return root;
    }
}
