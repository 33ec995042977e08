using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Millwright.Alerts;
using Millwright.Grains.Alerts;
using Millwright.Silo.Api;

namespace Millwright.Silo.Announcing.Webhooks;

/// <summary>Somebody else's HTTP endpoint. One call at a time, so alerts come in order; its answer decides what is tried again.</summary>
public sealed class WebhookReceiver : IAlertReceiver, IDisposable
{
    private const int MaxAnswer = 4_096;
    private static readonly HttpMethod Options = HttpMethod.Options;

    private readonly WebhookOptions options;
    private readonly IAlertRenderer renderer;
    private readonly TimeProvider time;
    private readonly HttpClient http;
    private readonly Uri url;
    private readonly Audiences audiences;

    public WebhookReceiver(WebhookOptions options, IAlertRenderer renderer, TimeProvider time)
    {
        (this.options, this.renderer, this.time) = (options, renderer, time);
        Name = WebhookValidator.NameOf(options);
        url = new Uri(options.Url);
        WebhookValidator.TryAudiences(options.Audiences, out audiences);

        // A redirect is not followed: the alert and its signature go to the address that was written down, or nowhere.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            MaxConnectionsPerServer = 1,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        http = new HttpClient(handler) { Timeout = options.Timeout, MaxResponseContentBufferSize = MaxAnswer };
    }

    public string Name { get; }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(Options, url);
        request.Headers.Add("WebHook-Request-Origin", options.Origin);
        using HttpResponseMessage answer = await SendAsync(request, cancellationToken);
        string[] allowed = answer.Headers.TryGetValues("WebHook-Allowed-Origin", out IEnumerable<string>? values) ? [.. values] : [];
        bool isAllowed = allowed.Any(a => a == "*" || string.Equals(a, options.Origin, StringComparison.OrdinalIgnoreCase));
        if (!isAllowed && (options.RequireHandshake || allowed.Length > 0))
        {
            throw new ReceiverAwayException(
                $"webhook.handshake: the receiver does not allow origin '{options.Origin}' ({(int)answer.StatusCode}).");
        }
    }

    public async ValueTask<string?> DeliverAsync(StoredAlert alert, CancellationToken cancellationToken)
    {
        if (audiences != Audiences.None && (alert.Alert.Audiences & audiences) == 0)
        {
            return null;
        }

        using HttpRequestMessage request = Request(alert.Alert);
        using HttpResponseMessage answer = await SendAsync(request, cancellationToken);
        int status = (int)answer.StatusCode;
        if (status is >= 200 and < 300)
        {
            return null;
        }

        // A client error is about this call, and a redirect is no acceptance; all else is the receiver's own trouble. So is a receiver that
        // is not where it was, or does not know us: it would answer every alert so, and none of them is to blame.
        bool isOfThisAlert = status is >= 300 and < 500
            && answer.StatusCode is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized
                or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.ProxyAuthenticationRequired);
        throw new ReceiverAwayException(
            $"webhook.{(isOfThisAlert ? "refused" : "unavailable")}: answered {status.ToString(CultureInfo.InvariantCulture)}.",
            retryAfter: RetryAfter(answer.Headers.RetryAfter),
            isOfThisAlert: isOfThisAlert);
    }

    /// <summary>It answered: the alert is its own now.</summary>
    public ValueTask SettleAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public void Dispose() => http.Dispose();

    private HttpRequestMessage Request(AlertEvent alert)
    {
        bool isCloudEvent = options.Format == WebhookFormat.CloudEvents;
        byte[] body = isCloudEvent ? renderer.Render(alert) : AlertmanagerMessage.Render(alert, Name);
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        string type = isCloudEvent ? AlertCloudEvent.ContentType : "application/json";
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type, "utf-8");
        request.Headers.Add("ce-id", alert.Id);
        request.Headers.Add(WebhookSignature.IdHeader, alert.Id);
        if (options.Secret.Length > 0)
        {
            long now = time.GetUtcNow().ToUnixTimeSeconds();
            request.Headers.Add(WebhookSignature.TimeHeader, now.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(options.Secret, alert.Id, now, body));
        }

        return request;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException fault)
        {
            throw new ReceiverAwayException($"webhook.unreachable: {fault.Message}", fault);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ReceiverAwayException($"webhook.timeout: no answer within {options.Timeout.TotalSeconds:0.#} s.", fault);
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? asked) => asked?.Delta ?? (asked?.Date - time.GetUtcNow());
}
