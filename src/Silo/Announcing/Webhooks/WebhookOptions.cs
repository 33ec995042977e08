namespace Millwright.Silo.Announcing.Webhooks;

/// <summary>One receiver of alerts over HTTP. Section <c>Webhooks:0</c>, <c>Webhooks:1</c> and so on, at most 32.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Webhooks";
    public const int MaxWebhooks = 32;

    /// <summary>Where to POST: absolute, http or https. Required.</summary>
    public string Url { get; set; } = "";

    /// <summary>
    /// Names its cursor, in metrics and logs: at most 64 letters, digits, <c>.</c>, <c>_</c>, <c>-</c>. Default: host and path of the URL.
    /// Give one when the URL may change: a receiver of another name begins at the newest alert.
    /// </summary>
    public string Name { get; set; } = "";

    /// <summary>Whom it speaks for: <c>maintenance</c>, <c>quality</c>, <c>energy</c>, with commas. Default: every alert.</summary>
    public string Audiences { get; set; } = "";

    /// <summary>
    /// Signs each call (HMAC-SHA256, header <c>webhook-signature</c>); at least 16 characters. Default: not signed. From the environment
    /// (<c>Webhooks__0__Secret</c>) rather than a file.
    /// </summary>
    public string Secret { get; set; } = "";

    public WebhookFormat Format { get; set; } = WebhookFormat.CloudEvents;

    /// <summary>How long one call may take. 0.1 s to 5 min, default 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// True: nothing is sent before the receiver has agreed (CloudEvents' OPTIONS handshake). Default false: it is asked, and only a
    /// refusal counts, since whoever wrote the URL here has agreed already.
    /// </summary>
    public bool RequireHandshake { get; set; }

    /// <summary>What we call ourselves in the handshake, a DNS name. Default <c>millwright</c>.</summary>
    public string Origin { get; set; } = "millwright";
}
