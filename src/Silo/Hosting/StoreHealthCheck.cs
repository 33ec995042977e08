using Microsoft.Extensions.Diagnostics.HealthChecks;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Hosting;

/// <summary>Degraded when the store is damaged or nearly full; red at its bound, and while it cannot be synced. A
/// damaged store still serves what is whole.</summary>
internal sealed class StoreHealthCheck(StoreHealth health) : IHealthCheck
{
    private const int Shown = 5;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (health.Unsynced is { } unsynced)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy(unsynced));
        }

        if (health.IsFull)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy(health.Space));
        }

        if (health.Found > 0)
        {
            string first = string.Join(' ', health.Kept.Take(Shown).Select(damage => damage.Detail));
            return Task.FromResult(
                HealthCheckResult.Degraded($"{health.Found} damages in the store; 'millwright verify' lists all. {first}"));
        }

        return Task.FromResult(health.Space is { } space ? HealthCheckResult.Degraded(space) : HealthCheckResult.Healthy());
    }
}
