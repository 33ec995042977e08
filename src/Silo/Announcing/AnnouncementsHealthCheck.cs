using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Millwright.Silo.Announcing;

/// <summary>Degraded while a receiver of alerts is away: the engine works, somebody is not told.</summary>
internal sealed class AnnouncementsHealthCheck(
    AnnouncementInstruments instruments, IOptions<AnnouncementOptions> options, TimeProvider time) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        string[] away =
        [
            .. instruments.Receivers
                .Where(r => r.Away is { } state && time.GetUtcNow() - state.Since >= options.Value.DegradedAfter)
                .Select(r => $"{r.Receiver}: {r.Waiting} alerts wait, {r.Away?.Fault}"),
        ];
        return Task.FromResult(away.Length > 0 ? HealthCheckResult.Degraded(string.Join("; ", away)) : HealthCheckResult.Healthy());
    }
}
