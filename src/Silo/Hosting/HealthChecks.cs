using Microsoft.Extensions.Diagnostics.HealthChecks;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Hosting;

/// <summary>Red while the log takes nothing, and so acknowledges nothing; degraded while it slows its sources to stay in its bound.</summary>
internal sealed class LogHealthCheck(TelemetryLog log) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(log.Health switch
        {
            { IsHealthy: false } sick => HealthCheckResult.Unhealthy($"{sick.Code}: {sick.Reason}"),
            { IsSlowed: true } slow => HealthCheckResult.Degraded(slow.Reason),
            _ when log.CutBytes > 0 => HealthCheckResult.Healthy($"{log.CutBytes} bytes of a torn commit were cut at the start."),
            _ => HealthCheckResult.Healthy(),
        });
}

/// <summary>Red when the feeder has stopped: then nothing reaches a twin.</summary>
internal sealed class FeedHealthCheck(FeedInstruments instruments) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(instruments.Status?.Fault is { } fault ? HealthCheckResult.Unhealthy(fault) : HealthCheckResult.Healthy());
}

/// <summary>
/// Not ready until the twins that the store knows are in the fleet index: a list must not look empty because it is young.
/// </summary>
internal sealed class FleetHealthCheck(FleetSubscriber fleet) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(fleet.Filled.IsCompletedSuccessfully
            ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The fleet index is being filled."));
}
