using Millwright.Silo.Announcing;

namespace Millwright.Silo.Hosting;

public static class AnnouncingHosting
{
    public static void AddAnnouncing(this WebApplicationBuilder builder) => builder.Services.AddHostedService<MqttAnnouncer>();
}
