namespace Millwright.Silo.Metrics;

internal static class MetricsApi
{
    public static void AddMillwrightMetrics(this IServiceCollection services)
    {
        services.AddSingleton<MetricsCollector>();
        services.AddSingleton<SiloInstruments>();
        services.AddHostedService<MetricsStart>();
    }

    public static void MapMetrics(this IEndpointRouteBuilder root) =>
        root.MapGet("/metrics", (HttpContext context, MetricsCollector collector) =>
        {
            bool openMetrics = context.Request.Headers.Accept.Any(a =>
                a?.Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) ?? false);
            return Results.Bytes(collector.Scrape(openMetrics), openMetrics ? PrometheusText.OpenMetricsType : PrometheusText.PlainType);
        })
        .WithTags("system").WithName("getMetrics").WithSummary("Prometheus text format 0.0.4; OpenMetrics on Accept")
            .Produces<string>(200, "text/plain");

    /// <summary>Makes the listener before anything else of the host starts to count.</summary>
    private sealed class MetricsStart(MetricsCollector collector, SiloInstruments instruments) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken)
        {
            GC.KeepAlive(collector);
            GC.KeepAlive(instruments);
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
