using System.Collections.Immutable;
using System.Text;

namespace Millwright.Alerts;

public sealed class AlertCloudEventTests
{
    [Fact]
    public void Render_GivesTheGoldenFile()
    {
        string golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Alerts", "alert-raised.golden.json")).TrimEnd();

        string rendered = Encoding.UTF8.GetString(AlertCloudEvent.Render(Alert(), "/acme/chicago/packaging/line1/pump-01"));

        Assert.Equal(golden, rendered);
    }

    [Fact]
    public void Parse_GivesTheSameAlert_ForEveryKindCategoryAndAudience()
    {
        foreach (AlertKind kind in Enum.GetValues<AlertKind>())
        {
            foreach (AlertCategory category in Enum.GetValues<AlertCategory>())
            {
                for (int audiences = 0; audiences < 8; audiences++)
                {
                    AlertEvent alert = Alert() with
                    {
                        Kind = kind,
                        Category = category,
                        Audiences = (Audiences)audiences,
                        Recommendation = audiences % 2 == 0 ? "" : "Call \"Jo\" <at> 5 µm",
                        EventTime = Alert().EventTime.AddTicks(1),
                    };

                    byte[] json = AlertCloudEvent.Render(alert);
                    AlertEvent parsed = AlertCloudEvent.Parse(json);

                    Assert.Equal(alert.Explanation.Contributions.AsEnumerable(), parsed.Explanation.Contributions.AsEnumerable());
                    Assert.Equal(Comparable(alert), Comparable(parsed));
                    Assert.Equal(json, AlertCloudEvent.Render(parsed));
                }
            }
        }
    }

    [Fact]
    public void Forecast_IsReadBack_AsItWasWritten()
    {
        AlertEvent alert = Alert();
        AlertForecast forecast = new() { Crosses = "danger", P10 = alert.EventTime.AddHours(3), P90 = alert.EventTime.AddDays(2).AddTicks(1) };

        byte[] json = AlertCloudEvent.Render(alert with { Explanation = alert.Explanation with { Forecast = forecast } });

        Assert.Equal(forecast, AlertCloudEvent.Parse(json).Explanation.Forecast);
        Assert.Contains("\"forecast\":{\"crosses\":\"danger\",\"p10\":", System.Text.Encoding.UTF8.GetString(json), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_LeavesOutAFigure_RatherThanTheAlert()
    {
        AlertEvent alert = Alert();
        AlertEvent broken = alert with { Explanation = alert.Explanation with { Score = double.NaN } };

        AlertEvent parsed = AlertCloudEvent.Parse(AlertCloudEvent.Render(broken));

        Assert.True(double.IsNaN(parsed.Explanation.Score));
        Assert.Equal(alert.Id, parsed.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"data":7}""")]
    [InlineData("""{"data":{"alertId":5}}""")]
    [InlineData("null")]
    public void Parse_SaysSo_WhenItIsNotAnAlert(string json) =>
        Assert.Throws<FormatException>(() => AlertCloudEvent.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Parse_SaysSo_WhenAnyMemberIsMissingOrAnother()
    {
        string json = Encoding.UTF8.GetString(AlertCloudEvent.Render(Alert()));
        string[] needed = ["id", "type", "sequence", "category", "severity", "from", "share", "audience", "recommendation"];

        foreach (string name in needed.Select(bare => $"\"{bare}\""))
        {
            Assert.Contains(name, json);
            Assert.Throws<FormatException>(() => AlertCloudEvent.Parse(Encoding.UTF8.GetBytes(json.Replace(name, "\"other\""))));
        }

        Assert.Throws<FormatException>(() => AlertCloudEvent.Parse(Encoding.UTF8.GetBytes(json.Replace("alert.raised", "alert.risen"))));
        Assert.Throws<FormatException>(() => AlertCloudEvent.Parse(Encoding.UTF8.GetBytes(json.Replace("\"energy\"", "\"sales\""))));
        Assert.Throws<FormatException>(() => AlertCloudEvent.Parse(Encoding.UTF8.GetBytes(json.Replace("0012345", "many"))));
    }

    private static AlertEvent Comparable(AlertEvent alert) => alert with { Explanation = alert.Explanation with { Contributions = [] } };

    private static AlertEvent Alert() => new()
    {
        Id = "01HZX4A7Q2M8N5R3T6V9W0Y1ZB",
        AlertId = "01HZX4A7Q2M8N5R3T6V9W0Y1ZB",
        Kind = AlertKind.Raised,
        AssetId = "acme:pump-01",
        AlertName = "BearingWear",
        Subject = "vibration_rms",
        EventTime = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero),
        RecordedTime = new DateTimeOffset(2026, 3, 1, 8, 0, 1, 250, TimeSpan.Zero),
        Sequence = 12345,
        Severity = 800,
        Audiences = Audiences.Maintenance | Audiences.Energy,
        Category = AlertCategory.Machine,
        IncidentId = "7HZX4A7Q2M8N5R3T6V9W0Y1ZBC",
        Summary = "vibration_rms 7.9 mm/s against 3.1 mm/s usual, score 6.2 (limit 4)",
        Recommendation = "Replace bearing DE",
        Explanation = new AlertExplanation
        {
            DetectorId = "bearing",
            DetectorKind = "robust-z",
            DetectorVersion = "3",
            Score = 6.2,
            Threshold = 4,
            WindowStart = new DateTimeOffset(2026, 3, 1, 7, 59, 0, TimeSpan.Zero),
            WindowEnd = new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero),
            Completeness = 0.98,
            Contributions = ImmutableArray.Create(
                new Contribution { Metric = "vibration_rms", Observed = 7.9, Baseline = 3.1, Unit = "mm/s", Share = 6.7 },
                new Contribution { Metric = "temperature", Observed = 61, Baseline = 60.5, Unit = "°C", Share = -0.5 }),
            Counterfactual = "vibration_rms <= 4.21 mm/s",
            OperatingState = "running",
        },
    };
}
