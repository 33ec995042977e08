using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;

namespace Millwright.Browser.Tests;

/// <summary>One silo, one device on its MQTT endpoint and one browser for all tests of a run.</summary>
public sealed class DashboardFixture : IAsyncLifetime, IAsyncDisposable
{
    private SiloProcess? silo;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private MqttClient? device;

    public HttpClient Api { get; } = new();

    public Uri Address => silo!.Address;

    /// <summary>The silo judges event times by the machine's clock, so the device stamps by it too.</summary>
    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async Task InitializeAsync()
    {
        Task<SiloProcess> starting = SiloProcess.StartAsync();
        playwright = await Playwright.CreateAsync();
        browser = await Chromium.LaunchAsync(playwright);
        silo = await starting;
        Api.BaseAddress = silo.Address;
        device = new MqttClient(new MqttClientOptions { Host = "localhost", Port = silo.MqttPort, ClientId = "browser-tests" });
        await device.ConnectAsync();
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        if (device is not null)
        {
            await device.DisposeAsync();
        }

        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
        if (silo is not null)
        {
            await silo.DisposeAsync();
        }
    }

    internal async Task<Visitor> VisitAsync(int width = 1280, int height = 900, ColorScheme scheme = ColorScheme.Light)
    {
        IBrowserContext context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
        });
        return await Visitor.OpenAsync(context, Address);
    }

    /// <summary>At QoS 1: when it returns, the silo has the samples on disk.</summary>
    public Task PublishAsync(string asset, DateTimeOffset at, params (string Metric, double Value)[] values) => PublishAsync(
        $"telemetry/browser/{asset}",
        new JsonObject { ["ts"] = at.ToUnixTimeMilliseconds(), ["values"] = ValuesOf(values) });

    public Task PublishStepAsync(string asset, string unit, DateTimeOffset at, params (string Metric, double Value)[] values) =>
        PublishAsync(
            $"browser/{asset}/steps",
            new JsonObject
            {
                ["time"] = at.ToString("O", CultureInfo.InvariantCulture),
                ["unit"] = unit,
                ["step"] = "pressing",
                ["values"] = ValuesOf(values),
            });

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Api.GetStringAsync(new Uri(path, UriKind.Relative)))!;

    private static JsonObject ValuesOf((string Metric, double Value)[] values) =>
        new(values.Select(v => KeyValuePair.Create(v.Metric, (JsonNode?)v.Value)));

    private async Task PublishAsync(string topic, JsonObject payload)
    {
        MqttReason reason = await device!.PublishAsync(topic, System.Text.Encoding.UTF8.GetBytes(payload.ToJsonString()));
        Assert.Equal(MqttReason.Success, reason);
    }
}
