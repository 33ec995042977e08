using Millwright.Grains.Alerts;
using Millwright.Silo.Announcing;
using Millwright.Silo.Announcing.Webhooks;
using Millwright.Silo.Api;
using Millwright.Silo.Fleet;
using Microsoft.Extensions.Options;

namespace Millwright.Silo.Hosting;

public static class AnnouncingHosting
{
    /// <summary>Twin states over MQTT, and alerts to MQTT and to every webhook of the configuration.</summary>
    public static void AddAnnouncing(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddHostedService<MqttAnnouncer>();
        services.AddOptions<AnnouncementOptions>().Bind(builder.Configuration.GetSection(AnnouncementOptions.Section))
            .ValidateDataAnnotations().Validate(o => o.RetryPause <= o.MaxRetryPause, "Announcements: RetryPause is above MaxRetryPause.")
            .ValidateOnStart();
        services.AddSingleton<AnnouncementInstruments>();
        services.AddSingleton(s => new FollowerParts(
            s.GetRequiredService<IAlertStore>(),
            s.GetRequiredService<IAnnouncementStore>(),
            s.GetRequiredService<LiveSignals>().Alerts,
            s.GetRequiredService<AnnouncementInstruments>(),
            s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IAlertReceiver, MqttAlertReceiver>();
        WebhookOptions[] webhooks = builder.Configuration.GetSection(WebhookOptions.Section).Get<WebhookOptions[]>() ?? [];
        if (WebhookValidator.Faults(webhooks).ToArray() is { Length: > 0 } faults)
        {
            throw new OptionsValidationException(WebhookOptions.Section, typeof(WebhookOptions), faults);
        }

        foreach (WebhookOptions webhook in webhooks)
        {
            services.AddSingleton<IAlertReceiver>(s => new WebhookReceiver(
                webhook, s.GetRequiredService<IAlertRenderer>(), s.GetRequiredService<TimeProvider>()));
        }

        services.AddHostedService<AlertAnnouncer>();
    }
}
