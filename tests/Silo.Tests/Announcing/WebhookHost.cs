using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Millwright.Testing.Webhooks;

/// <summary>A webhook receiver on a real server. Its answers are planned; it can die and come back on its port.</summary>
internal sealed class WebhookHost : IAsyncDisposable
{
    private readonly ConcurrentQueue<Call> calls = new();
    private readonly Channel<Call> arrivals = Channel.CreateUnbounded<Call>();
    private WebApplication? app;

    /// <summary>The answer to a call; null never answers. By default everything is taken.</summary>
    public Func<Call, int?> Answer { get; set; } = _ => 200;

    /// <summary>What the receiver says to OPTIONS; null is 405.</summary>
    public string? AllowedOrigin { get; set; }

    public Uri Url { get; private set; } = new("http://127.0.0.1:0/hook");

    /// <summary>Every POST, also those that were not taken.</summary>
    public IReadOnlyCollection<Call> Calls => calls;

    /// <summary>Ids of alerts that were taken, in order.</summary>
    public string[] Taken => [.. calls.Where(c => c.Status is >= 200 and < 300).Select(c => c.Id)];

    public int Handshakes { get; private set; }

    public static async Task<WebhookHost> StartAsync()
    {
        var host = new WebhookHost();
        await host.ReviveAsync();
        return host;
    }

    /// <summary>Starts again on the same port.</summary>
    public async Task ReviveAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{Url.Port}");
        app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Url = new Uri(new Uri(address), "/hook");
    }

    public async Task DieAsync()
    {
        await app!.StopAsync();
        await app.DisposeAsync();
        app = null;
    }

    /// <summary>The next POST that was not yet looked at.</summary>
    public async Task<Call> NextAsync()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await arrivals.Reader.ReadAsync(bound.Token);
    }

    /// <summary>Reads on until so many calls were taken in all.</summary>
    public async Task TakenAsync(int count)
    {
        while (Taken.Length < count)
        {
            await NextAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await DieAsync();
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Method == "OPTIONS")
        {
            Handshakes++;
            context.Response.StatusCode = AllowedOrigin is null ? 405 : 200;
            if (AllowedOrigin is not null)
            {
                context.Response.Headers["WebHook-Allowed-Origin"] = AllowedOrigin;
            }

            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var call = new Call(
            context.Request.Headers["ce-id"].ToString(),
            body.ToArray(),
            context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            context.Request.ContentType ?? "");
        int? status = Answer(call);
        calls.Enqueue(call with { Status = status });
        arrivals.Writer.TryWrite(call with { Status = status });
        if (status is { } code)
        {
            context.Response.StatusCode = code;
            return;
        }

        // Never answered: the caller's patience ends it.
        var gone = new TaskCompletionSource();
        await using CancellationTokenRegistration end = context.RequestAborted.Register(() => gone.TrySetResult());
        await gone.Task;
    }

    internal sealed record Call(string Id, byte[] Body, IReadOnlyDictionary<string, string> Headers, string ContentType)
    {
        public int? Status { get; init; }

        public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);
    }
}
