using System.Net;
using System.Text;
using System.Text.Json;
using Millwright.Spine.Tests.Stage;

namespace Millwright.Spine.Tests;

/// <summary>
/// Two gateways measure one furnace: one posts, the other comes over MQTT and falls ten minutes behind, twice what the asset allows. It
/// loses nothing; when it is silent, the other one's alert comes.
/// </summary>
public sealed class SourceTests
{
    private const string Asset = "acme.lyon:furnace-1";
    private const int Minutes = 30;
    private const int Lag = 10;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly DateTimeOffset begin = Minute(TimeProvider.System.GetUtcNow().AddHours(-2));

    [Fact]
    public async Task SlowGateway_LosesNothing_AndHoldsNothingUpOnceItIsSilent()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(
            Repository.TestPlant("gateways"), "--Twins:CheckpointInterval=00:00:00.5", "--Twins:PokeInterval=00:00:00.5");
        int slow = -1;
        for (int minute = 0; minute <= Minutes; minute++)
        {
            await PostAsync(silo, Line(minute, "pressure", minute > Minutes - 5 ? 150 : 60, source: null));
            List<string> behind = [];
            for (; slow + 1 <= Math.Max(minute / 2, minute - Lag); slow++)
            {
                behind.Add(Line(slow + 1, "temperature", 800, "gw-west"));
            }

            if (behind.Count > 0)
            {
                await Mosquitto.PublishAsync(
                    silo.MqttPort, "mqttv5", 1, "telemetry/acme.lyon/furnace-1", $"[{string.Join(',', behind)}]");
            }
        }

        JsonElement held = await TwinAsync(silo, t => Of(t, "gw-west").GetProperty("lagSeconds").GetDouble() == Lag * 60);
        Assert.Equal(begin.AddMinutes(Minutes - Lag), held.GetProperty("watermark").GetDateTimeOffset());
        Assert.Equal((true, false), (Of(held, "gw-west").GetProperty("waitedFor").GetBoolean(), Of(held, "http").GetProperty("idle").GetBoolean()));
        Assert.Empty(await silo.ListAsync($"/api/v1/alerts?asset={Asset}"));

        // The other goes on, by a second each time, so that only one falls silent.
        double last = Minutes;
        await Eventually.HoldsAsync(
            async () =>
            {
                await PostAsync(silo, Line(last += 1.0 / 60, "pressure", 150, source: null));
                return (await silo.ListAsync($"/api/v1/alerts?asset={Asset}")).Count > 0;
            },
            Bound,
            "the alert");

        JsonElement moved = await TwinAsync(silo, t => Of(t, "gw-west").GetProperty("idle").GetBoolean());
        Assert.True(Of(moved, "gw-west").GetProperty("lagSeconds").GetDouble() < 3_600);
        Assert.True(moved.GetProperty("watermark").GetDateTimeOffset() >= begin.AddMinutes(Minutes));
        JsonElement fates = moved.GetProperty("fates");
        Assert.Equal((0, 0), (fates.GetProperty("dropped").GetInt32(), fates.GetProperty("amended").GetInt32()));
        List<JsonElement> windows = [.. (await silo.ListAsync($"/api/v1/windows?asset={Asset}&metric=temperature"))
            .Where(w => w.GetProperty("closed").GetBoolean())];
        Assert.True(windows.Count >= Minutes - Lag);
        Assert.All(windows, w => Assert.Equal(1, w.GetProperty("revision").GetInt32()));
    }

    private static JsonElement Of(JsonElement twin, string source) => twin.TryGetProperty("sources", out JsonElement sources)
        ? sources.EnumerateArray().Single(s => s.GetProperty("name").GetString() == source) : default;

    private static Task<JsonElement> TwinAsync(SiloProcess silo, Func<JsonElement, bool> isRight)
    {
        return Look();

        async Task<JsonElement> Look()
        {
            string seen = "";
            return (JsonElement)await Eventually.FindAsync<object>(
                async () =>
                {
                    JsonElement? thing = await silo.TwinAsync(Asset);
                    seen = thing?.ToString() ?? "";
                    JsonElement twin = thing is { } t && t.TryGetProperty("features", out JsonElement features)
                        ? features.GetProperty("twin").GetProperty("properties") : default;
                    return twin.ValueKind == JsonValueKind.Object && twin.TryGetProperty("sources", out JsonElement sources)
                        && sources.GetArrayLength() == 2 && isRight(twin) ? twin : null;
                },
                Bound,
                "the twin has two sources",
                () => seen);
        }
    }

    private static async Task PostAsync(SiloProcess silo, string payload)
    {
        using var body = new StringContent(payload, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await silo.Http.PostAsync($"/api/v1/telemetry?asset={Asset}", body);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    private string Line(double minute, string metric, double value, string? source) => JsonSerializer.Serialize(new
    {
        ts = begin.AddMinutes(minute).ToUnixTimeMilliseconds(),
        source,
        values = new Dictionary<string, double> { [metric] = value },
    });

    private static DateTimeOffset Minute(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMinute), TimeSpan.Zero);
}
