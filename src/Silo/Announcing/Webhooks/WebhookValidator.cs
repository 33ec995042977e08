using Millwright.Alerts;

namespace Millwright.Silo.Announcing.Webhooks;

/// <summary>All faults of all webhooks, each with its key path.</summary>
internal static class WebhookValidator
{
    private const int MinSecret = 16;
    private const int MaxName = 64;

    public static IEnumerable<string> Faults(IReadOnlyList<WebhookOptions> webhooks)
    {
        if (webhooks.Count > WebhookOptions.MaxWebhooks)
        {
            yield return $"{WebhookOptions.Section}: {webhooks.Count} webhooks; at most {WebhookOptions.MaxWebhooks}.";
        }

        for (int i = 0; i < webhooks.Count; i++)
        {
            foreach (string fault in Faults(webhooks[i]))
            {
                yield return $"{WebhookOptions.Section}:{i}:{fault}";
            }
        }

        foreach (IGrouping<string, WebhookOptions> same in webhooks.GroupBy(NameOf, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            // Two receivers on one cursor would each miss what the other was told.
            yield return $"{WebhookOptions.Section}: {same.Count()} webhooks are named '{same.Key}'. Give each its own Name.";
        }
    }

    /// <summary>Without the query and the user: they may hold secrets, and names stand in metrics.</summary>
    public static string NameOf(WebhookOptions webhook) => webhook.Name.Length > 0 ? $"webhook:{webhook.Name}"
        : Uri.TryCreate(webhook.Url, UriKind.Absolute, out Uri? url) ? $"webhook:{url.Authority}{url.AbsolutePath}" : "webhook:";

    public static bool TryAudiences(string text, out Audiences audiences)
    {
        audiences = Audiences.None;
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!char.IsAsciiLetter(name[0]) || !Enum.TryParse(name, ignoreCase: true, out Audiences one) || one == Audiences.None)
            {
                return false;
            }

            audiences |= one;
        }

        return true;
    }

    private static IEnumerable<string> Faults(WebhookOptions webhook)
    {
        if (!Uri.TryCreate(webhook.Url, UriKind.Absolute, out Uri? url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
        {
            yield return "Url must be an absolute http or https address.";
        }

        if (webhook.Name.Length > MaxName || webhook.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-')))
        {
            yield return $"Name must be at most {MaxName} letters, digits, '.', '_' or '-'.";
        }

        if (!TryAudiences(webhook.Audiences, out _))
        {
            yield return "Audiences must be maintenance, quality or energy, with commas.";
        }

        if (webhook.Secret.Length is > 0 and < MinSecret)
        {
            yield return $"Secret must have at least {MinSecret} characters, or be left out.";
        }

        if (webhook.Timeout < TimeSpan.FromMilliseconds(100) || webhook.Timeout > TimeSpan.FromMinutes(5))
        {
            yield return "Timeout must be 0.1 s to 5 min.";
        }

        if (webhook.Origin.Length == 0 || webhook.Origin.Any(c => c is < '!' or > '~'))
        {
            yield return "Origin must be a name without spaces.";
        }
    }
}
