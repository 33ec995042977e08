using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Api;
using Millwright.Silo.Api.Events;
using Millwright.Silo.Fleet;
using Millwright.Silo.Storage;
using Millwright.Testing.Time;
using Millwright.Twins;
using Orleans;
using Orleans.Hosting;

namespace Millwright.Silo.Tests.Api.Stage;

/// <summary>The API on a real server, over fake stores and grains, real streams and a clock that stands still.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    /// <summary>Bound of every wait on the socket: long, since it only ends a test that has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly WebApplication app;

    private ApiHost(WebApplication app, FakeStores stores, FakeGrains grains, ManualTimeProvider time)
    {
        this.app = app;
        Stores = stores;
        Grains = grains;
        Time = time;
        string address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };
    }

    public FakeStores Stores { get; }

    public FakeGrains Grains { get; }

    public ManualTimeProvider Time { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public FleetIndex Index => app.Services.GetRequiredService<FleetIndex>();

    public LiveSignals Signals => app.Services.GetRequiredService<LiveSignals>();

    public static async Task<ApiHost> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var stores = new FakeStores();
        var grains = new FakeGrains();
        var time = new ManualTimeProvider(Examples.T0);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.UseOrleans(silo => silo.AddMemoryStreams(TwinStreams.Provider));
        builder.Services.AddSingleton<IClusterClient>(services =>
        {
            grains.ServiceProvider = services;
            return grains;
        });
        builder.Services.AddSingleton<IGrainFactory>(grains);
        builder.Services.AddSingleton<ITwinStore>(stores);
        builder.Services.AddSingleton<IAlertStore>(stores);
        builder.Services.AddSingleton<IVerdictStore>(stores);
        builder.Services.AddSingleton<IQuarantineStore>(stores);
        builder.Services.AddSingleton<IGrainStateQuery>(stores);
        builder.Services.AddSingleton<ISystemProbe>(stores);
        builder.Services.AddSingleton<ITelemetryInlet>(stores);
        builder.Services.AddSingleton(Examples.Model);
        builder.Services.AddSingleton(new EventGate { Conflation = TimeSpan.Zero, MaxSubscribers = 3 });
        builder.Services.AddMillwrightApi();
        builder.Services.AddRouting();
        configure?.Invoke(builder);
        WebApplication app = builder.Build();
        app.MapMillwrightApi();
        await app.StartAsync();
        return new ApiHost(app, stores, grains, time);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using HttpResponseMessage response = await Client.GetAsync(path);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode} {path}: {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    public async Task<(int Status, JsonElement Body)> SendAsync(HttpMethod method, string path, string? body = null,
        string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, null, contentType);
        using HttpResponseMessage response = await Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    public async Task<SseReader> SubscribeAsync(string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        HttpResponseMessage response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        return new SseReader(response, await response.Content.ReadAsStreamAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
