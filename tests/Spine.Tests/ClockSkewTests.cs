using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>Law 4 from outside: one asset whose clock is a day ahead makes nobody's honest data late, not even its own afterwards.</summary>
public sealed class ClockSkewTests(ITestOutputHelper output)
{
    private const int Minutes = 60;
    private const int Bad = 7;
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(9);

    /// <summary>10,000 for the full proof.</summary>
    private static readonly int Assets = int.Parse(
        Environment.GetEnvironmentVariable("MILLWRIGHT_SKEW_ASSETS") ?? "300", CultureInfo.InvariantCulture);

    [Fact]
    public async Task ClockADayAhead_MakesNoHonestSampleLate_AndItsOwnAreQuarantined()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(null);
        DateTimeOffset begin = TimeProvider.System.GetUtcNow().AddMinutes(-Minutes - 10);
        for (int minute = 0; minute < Minutes; minute++)
        {
            await PublishAsync(silo, begin.AddMinutes(minute), TimeSpan.FromDays(1));
        }

        // The clock is set right.
        await PublishAsync(silo, begin.AddMinutes(Minutes), TimeSpan.Zero);
        long honest = (Assets * (Minutes + 1L)) - Minutes;
        FateSums fates = await Eventually.FindAsync(
            async () => await silo.FatesAsync() is { } found && found.Total == honest ? found : null, Bound, $"{honest} samples have a fate");

        output.WriteLine($"{Assets} assets: {fates}");
        Assert.Equal((honest, 0, 0, 0, 0), (fates.Accepted, fates.Amended, fates.Duplicate, fates.Dropped, fates.Rejected));
        List<JsonElement> quarantined = await silo.ListAsync("/api/v1/quarantine?reason=future_timestamp");
        Assert.Equal(Minutes, quarantined.Count);
        Assert.DoesNotContain(
            await silo.ListAsync("/api/v1/quarantine"), q => q.GetProperty("reason").GetString() != "future_timestamp");
    }

    /// <summary>A gateway tells one sample of each asset; the bad one's clock is ahead.</summary>
    private static async Task PublishAsync(SiloProcess silo, DateTimeOffset eventTime, TimeSpan ahead)
    {
        var payload = new StringBuilder("{");
        for (int asset = 0; asset < Assets; asset++)
        {
            long time = (asset == Bad ? eventTime + ahead : eventTime).ToUnixTimeMilliseconds();
            payload.Append(CultureInfo.InvariantCulture, $"{(asset == 0 ? "" : ",")}\"m{asset}\":[{{\"ts\":{time},\"values\":{{\"t\":{asset % 50}}}}}]");
        }

        using var body = new StringContent(payload.Append('}').ToString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await silo.Http.PostAsync("/api/v1/telemetry?topic=v1/gateway/telemetry", body);

        // Refused in part: the good elements are kept, and the sender is told.
        HttpStatusCode expected = ahead > TimeSpan.Zero ? HttpStatusCode.UnprocessableEntity : HttpStatusCode.Accepted;
        Assert.True(answer.StatusCode == expected, await answer.Content.ReadAsStringAsync());
    }
}
