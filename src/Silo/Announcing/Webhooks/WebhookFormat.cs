namespace Millwright.Silo.Announcing.Webhooks;

public enum WebhookFormat
{
    /// <summary>One CloudEvent 1.0 per call, structured JSON.</summary>
    CloudEvents,

    /// <summary>Alertmanager's webhook, version "4", one alert per call.</summary>
    Alertmanager,
}
