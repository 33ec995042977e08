using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Silo.Announcing;
using Millwright.Silo.Api;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Hosting;

public static class ApiHosting
{
    private const string MqttSubprotocol = "mqtt";

    public static void AddApi(this WebApplicationBuilder builder)
    {
        SiloOptions options = builder.Options();
        builder.WebHost.UseUrls($"http://*:{options.HttpPort}");
        builder.Services.AddMillwrightApi();
        builder.Services.AddFleetSubscriber();
        builder.Services.AddSingleton<ISystemProbe, SystemProbe>();
        builder.Services.AddHealthChecks()
            .AddCheck<LogHealthCheck>("telemetry-log")
            .AddCheck<FeedHealthCheck>("feeder")
            .AddCheck<FleetHealthCheck>("fleet")
            .AddCheck<AnnouncementsHealthCheck>("announcements");
    }

    /// <summary>The dashboard, MQTT over WebSocket, and the API.</summary>
    public static void MapMillwright(this WebApplication app)
    {
        // Made now, so that the uptime it reports begins with the silo.
        app.Services.GetRequiredService<ISystemProbe>();
        app.UseDashboard();
        app.UseWebSockets();
        app.Map("/mqtt", AcceptMqttAsync).ExcludeFromDescription();
        app.MapMillwrightApi();
    }

    private static async Task AcceptMqttAsync(HttpContext context, MqttServer server)
    {
        if (!IsSameOrigin(context.Request))
        {
            // A page of another site, opened inside the plant, must not speak for it.
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(MqttSubprotocol))
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            await context.Response.WriteAsync("MQTT over WebSocket, subprotocol mqtt.");
            return;
        }

        using System.Net.WebSockets.WebSocket socket = await context.WebSockets.AcceptWebSocketAsync(MqttSubprotocol);
        await server.AcceptAsync(socket, context.Connection.RemoteIpAddress?.ToString() ?? "");
    }

    /// <summary>Devices and tools send no Origin; a browser always does.</summary>
    private static bool IsSameOrigin(HttpRequest request) =>
        request.Headers.Origin is not [{ Length: > 0 } origin]
        || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Authority == request.Host.Value);
}
