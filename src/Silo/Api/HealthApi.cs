using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Millwright.Silo.Api;

/// <summary>Liveness (this process; checks tagged <c>live</c>) and readiness (all checks), with each check in the body.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder root)
    {
        root.MapHealthChecks("/health/live",
            new HealthCheckOptions { Predicate = check => check.Tags.Contains("live"), ResponseWriter = WriteAsync });
        root.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(
            context.Response.Body,
            new
            {
                report.Status,
                DurationMilliseconds = report.TotalDuration.TotalMilliseconds,
                Checks = report.Entries.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => new
                {
                    Name = e.Key,
                    e.Value.Status,
                    e.Value.Description,
                    Data = e.Value.Data.ToDictionary(d => d.Key, d => d.Value?.ToString()),
                    DurationMilliseconds = e.Value.Duration.TotalMilliseconds,
                }),
            },
            ApiJson.Options,
            context.RequestAborted);
    }
}
