using System.Net;
using System.Text;
using System.Text.Json;
using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>
/// A machine is cut off for two hours and then tells what it measured. What was known before and what is known after are two truths, and
/// both can be asked for; whatever changed was said once.
/// </summary>
public sealed class BackfillTests(ITestOutputHelper output)
{
    private const string Asset = "acme.lyon:furnace-1";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    // Minutes from the beginning: the hole, and the end of what is told.
    private const int HoleBegin = 180;
    private const int HoleEnd = 300;
    private const int End = 360;

    private readonly DateTimeOffset begin = Hour(TimeProvider.System.GetUtcNow().AddHours(-8));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hole_AndItsBackfill_AreTwoTruths_AndEachChangedAlertIsToldOnce(bool inOneMessage)
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Repository.TestPlant("hole"), "--Twins:CheckpointInterval=00:00:00.5",
            "--Twins:PokeInterval=00:00:00.5");
        await PublishAsync(silo, Enumerable.Range(0, HoleBegin).Concat(Enumerable.Range(HoleEnd, End - HoleEnd)), inOneMessage: true);
        await SettledAsync(silo, End - HoleEnd + HoleBegin, "PressureHigh cleared, TemperatureHigh cleared, UnusualFlow cleared");
        Dictionary<string, string> atHole = await NetAsync(silo, "");
        Dictionary<DateTimeOffset, long> windowsAtHole = await WindowsAsync(silo, "");
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        await PublishAsync(silo, Enumerable.Range(HoleBegin, HoleEnd - HoleBegin), inOneMessage);
        await SettledAsync(
            silo, End, "PressureHigh retracted, TemperatureHigh cleared, TemperatureHigh cleared, UnusualFlow cleared");
        DateTimeOffset after = TimeProvider.System.GetUtcNow();

        Assert.Equal(atHole, await NetAsync(silo, $"&asOf={SiloApi.Instant(before)}"));
        Dictionary<string, string> now = await NetAsync(silo, $"&asOf={SiloApi.Instant(after)}");
        Assert.Equal(now, await NetAsync(silo, ""));
        Assert.NotEqual(atHole, now);
        Assert.Equal(windowsAtHole, await WindowsAsync(silo, $"&asOf={SiloApi.Instant(before)}"));
        Dictionary<DateTimeOffset, long> windows = await WindowsAsync(silo, $"&asOf={SiloApi.Instant(after)}");
        Assert.Equal(windowsAtHole.Count + 2, windows.Count);
        Assert.All(windows.Values, count => Assert.Equal(60, count));
        await AssertChangedOnceAsync(silo);
        await AssertReproducedAsync(silo);
    }

    /// <summary>
    /// Pressure stands high on both sides of the hole, and was normal in it. Temperature is too high for a while before it and in it. Flow
    /// jumps after it, and varied more in the hole than before: the jump is then less unusual than it seemed.
    /// </summary>
    private string Line(int minute)
    {
        bool isHole = minute is >= HoleBegin and < HoleEnd;
        double pressure = minute is >= HoleBegin - 5 and < HoleEnd + 5 && !isHole ? 120 : 60;
        double temperature = minute is (>= 100 and < 105) or (>= 230 and < 240) ? 950 : 850;
        double flow = 50 + ((minute * 7 % 11) * (isHole ? 0.3 : 0.1)) + (minute == HoleEnd + 20 ? 60 : 0);
        return JsonSerializer.Serialize(new
        {
            ts = begin.AddMinutes(minute).ToUnixTimeMilliseconds(),
            values = new { pressure, temperature, flow },
        });
    }

    private async Task PublishAsync(SiloProcess silo, IEnumerable<int> minutes, bool inOneMessage)
    {
        IEnumerable<string> lines = minutes.Select(Line);
        foreach (string payload in inOneMessage ? [$"[{string.Join(',', lines)}]"] : lines)
        {
            using var body = new StringContent(payload, Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await silo.Http.PostAsync($"/api/v1/telemetry?asset={Asset}", body);
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        }
    }

    private async Task SettledAsync(SiloProcess silo, int minutes, string expected)
    {
        Dictionary<string, string> seen = [];
        await Eventually.HoldsAsync(
            async () => (await silo.FatesAsync()).Total == minutes * 3L
                && Text(seen = await NetAsync(silo, "")) == expected
                && (await WindowsAsync(silo, $"&asOf={SiloApi.Instant(TimeProvider.System.GetUtcNow())}")).Values.Sum() == minutes - 60,
            Bound,
            expected,
            () => Text(seen) + "\n" + silo.Log);
        output.WriteLine($"{minutes} minutes: {expected}");
    }

    /// <summary>By alert: the kind of the newest word on it, and all that it says.</summary>
    private static async Task<Dictionary<string, string>> NetAsync(SiloProcess silo, string more)
    {
        // Without a moment the list has all events, and the newest of each alert comes first.
        List<JsonElement> items = await silo.ListAsync($"/api/v1/alerts?asset={Asset}&size=200{more}");
        return items.GroupBy(i => i.GetProperty("data").GetProperty("alertId").GetString()!)
            .ToDictionary(g => g.Key, g => g.First().GetRawText());
    }

    private static string Text(Dictionary<string, string> alerts) => string.Join(", ", alerts.Values
        .Select(a => JsonSerializer.Deserialize<JsonElement>(a))
        .Select(a => $"{a.GetProperty("data").GetProperty("alertname")} {a.GetProperty("type").GetString()!.Split('.')[^1]}")
        .Order(StringComparer.Ordinal));

    /// <summary>Samples of each closed hour of one metric.</summary>
    private static async Task<Dictionary<DateTimeOffset, long>> WindowsAsync(SiloProcess silo, string more) =>
        (await silo.ListAsync($"/api/v1/windows?asset={Asset}&metric=flow&size-seconds=3600{more}"))
        .Where(w => w.GetProperty("closed").GetBoolean())
        .ToDictionary(w => w.GetProperty("start").GetDateTimeOffset(), w => w.GetProperty("count").GetInt64());

    private static async Task AssertChangedOnceAsync(SiloProcess silo)
    {
        List<JsonElement> events = await silo.ListAsync($"/api/v1/alerts?asset={Asset}&size=200");
        Assert.Equal(
            ["PressureHigh retracted", "UnusualFlow amended"],
            events.Select(e => $"{e.GetProperty("data").GetProperty("alertname")} {e.GetProperty("type").GetString()!.Split('.')[^1]}")
                .Where(e => e.EndsWith("amended", StringComparison.Ordinal) || e.EndsWith("retracted", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal));
        foreach (IGrouping<string, JsonElement> alert in events.GroupBy(e => e.GetProperty("data").GetProperty("alertId").GetString()!))
        {
            string[] kinds = [.. alert.Reverse().Select(e => e.GetProperty("type").GetString()!.Split('.')[^1])];
            Assert.True(kinds.Count(k => k is "amended" or "retracted") <= 1, string.Join(' ', kinds));
        }
    }

    private static async Task AssertReproducedAsync(SiloProcess silo)
    {
        foreach (string id in (await NetAsync(silo, "")).Keys)
        {
            JsonElement evidence = await silo.GetAsync($"/api/v1/alerts/{id}/evidence");
            Assert.True(evidence.GetProperty("verdict").GetProperty("reproduced").GetBoolean(), evidence.GetRawText());
            Assert.NotEmpty(evidence.GetProperty("samples").EnumerateArray());
        }
    }

    private static DateTimeOffset Hour(DateTimeOffset instant) => new(instant.Year, instant.Month, instant.Day, instant.Hour, 0, 0, TimeSpan.Zero);
}
