using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Millwright.Core.Quality.Curves;
using Millwright.Core.Vibration;
using Millwright.Grains.Tests.Core.Quality.Curves;
using Millwright.Grains.Tests.Core.Vibration;
using Millwright.Spine.Tests.Stage;
using Millwright.Testing.Recordings;

namespace Millwright.Spine.Tests;

/// <summary>Blocks of raw values go in over HTTP and MQTT; what is derived of them comes out as history, judgement and alert.</summary>
public sealed class BlockTests
{
    private const double Rate = 25_600;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(40);
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Block_OverHttpAndMqtt_IsHistoryOfItsMetrics()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Repository.TestPlant("blocks"));
        double[] signal = VibrationSignal.Make(2560, Rate);
        string block = $"{{\"rate\":25600,\"values\":[{Text(signal)}]}}";

        await PostAsync(silo, "acme.lyon:fan-01", $"{{\"ts\":{Start.ToUnixTimeMilliseconds()},\"blocks\":{{\"acc\":{block}}}}}");
        await Mosquitto.PublishAsync(silo.MqttPort, "mqttv5", 1, "telemetry/acme.lyon/fan-01",
            $"{{\"ts\":{Start.AddSeconds(10).ToUnixTimeMilliseconds()},\"values\":{{\"acc\":[{Text(signal)}]}}}}");

        double[] expected = VibrationAnalysis.Derive(
            new VibrationProfile
            {
                Bands = [new(10, 1000), new(2000, 6000)], Carrier = new(3000, 5000), EnvelopeBands = [new(80, 95)],
            },
            signal, Rate);
        string[] names = ["rms", "peak", "crest", "kurtosis", "band.low", "band.high", "envelope.defect"];
        foreach ((string name, double value) in names.Zip(expected))
        {
            Dictionary<DateTimeOffset, double> found = [];
            await Eventually.HoldsAsync(
                async () => (found = await silo.HistoryAsync("acme.lyon:fan-01", $"acc.{name}", Start, Start.AddMinutes(1))).Count == 2,
                Bound, $"two values of acc.{name}", () => silo.Log);
            Assert.All(found.Values, v => Assert.Equal(value, v));
        }

        JsonElement twin = (await silo.TwinAsync("acme.lyon:fan-01"))!.Value;
        Assert.Equal("7", twin.GetProperty("features").GetProperty("acc.version").GetProperty("properties").GetProperty("text").GetString());
        Assert.False(twin.GetProperty("features").TryGetProperty("acc", out _));
    }

    [RecordingFact]
    public async Task SnapshotsOfABearing_AreTheFeaturesOfItsFile()
    {
        const int Snapshots = 25;
        await using SiloProcess silo = await SiloProcess.StartAsync(Repository.TestPlant("blocks"));
        string folder = Path.Combine(Repository.Data, "femto_bearings");
        foreach ((int number, string[][] rows) in Raw(Path.Combine(folder, "raw", "Bearing3_1_acc.csv.gz")).Take(Snapshots))
        {
            // As the file writes the numbers: the decoder reads them, not this test.
            await PostAsync(
                silo,
                "acme.lyon:bearing-3-1",
                $"{{\"ts\":{Start.AddSeconds(10 * (number - 1)).ToUnixTimeMilliseconds()},\"blocks\":{{"
                + $"\"acc_h\":[{string.Join(',', rows.Select(r => r[1]))}],\"acc_v\":[{string.Join(',', rows.Select(r => r[2]))}]}}}}");
        }

        string[] lines = File.ReadAllLines(Path.Combine(folder, "features", "Bearing3_1.csv"));
        string[] columns = lines[0].Split(',');
        foreach ((string column, string metric) in new[]
        {
            ("rms_h", "acc_h.rms"), ("rms_v", "acc_v.rms"), ("peak_h", "acc_h.peak"), ("peak_v", "acc_v.peak"),
            ("kurt_h", "acc_h.kurtosis"), ("kurt_v", "acc_v.kurtosis"), ("crest_h", "acc_h.crest"), ("crest_v", "acc_v.crest"),
        })
        {
            Dictionary<DateTimeOffset, double> found = [];
            await Eventually.HoldsAsync(
                async () => (found = await silo.HistoryAsync("acme.lyon:bearing-3-1", metric, Start, Start.AddHours(1))).Count == Snapshots,
                Bound, $"{Snapshots} values of {metric}", () => silo.Log);
            for (int i = 0; i < Snapshots; i++)
            {
                string printed = lines[i + 1].Split(',')[Array.IndexOf(columns, column)];
                int decimals = printed.Length - 1 - printed.IndexOf('.', StringComparison.Ordinal);
                double half = (0.5 + 1e-9) * Math.Pow(10, -decimals);
                Assert.Equal(double.Parse(printed, CultureInfo.InvariantCulture), found[Start.AddSeconds(10 * i)], half);
            }
        }
    }

    [Fact]
    public async Task SlippingBit_IsAnAlertToQuality_AndItsUnitIsAtRisk()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Repository.TestPlant("blocks"));
        for (int i = 0; i < 30; i++)
        {
            await PostStepAsync(silo, i, CurveSource.Loosening(i));
        }

        await PostStepAsync(silo, 30, CurveSource.Slipping(30));

        JsonElement alert = default;
        await Eventually.HoldsAsync(
            async () =>
            {
                List<JsonElement> raised = await silo.ListAsync("/api/v1/alerts?asset=acme.lyon:tool-01&kind=raised&audience=quality");
                alert = raised.Count == 1 ? raised[0] : default;
                return raised.Count == 1;
            },
            Bound, "one alert", () => silo.Log);
        Assert.Equal("u30/loosen", alert.GetProperty("subject").GetString());
        JsonElement unit = await silo.GetAsync("/api/v1/units/u30");
        Assert.True(unit.GetProperty("atRisk").GetBoolean());
        JsonElement curve = unit.GetProperty("steps")[0].GetProperty("curve");
        double score = curve.GetProperty("score").GetDouble();
        Assert.True(curve.GetProperty("unusual").GetBoolean() && score >= curve.GetProperty("threshold").GetDouble());
        Assert.Equal(score, curve.GetProperty("contributions").EnumerateArray().Sum(c => c.GetProperty("share").GetDouble()), 1e-6 * score);
        JsonElement usual = (await silo.GetAsync("/api/v1/units/u29")).GetProperty("steps")[0].GetProperty("curve");
        Assert.False(usual.GetProperty("unusual").GetBoolean());
        Assert.Equal(
            CurveFeatures.Of(CurveSource.Loosening(29).Torque, CurveSource.Loosening(29).Angle)[0],
            usual.GetProperty("contributions").EnumerateArray().Single(c => c.GetProperty("feature").GetString() == "torque.peak")
                .GetProperty("observed").GetDouble());
    }

    private static IEnumerable<(int Number, string[][] Rows)> Raw(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        reader.ReadLine();
        var rows = new List<string[]>(2560);
        while (reader.ReadLine() is { } line)
        {
            string[] row = line.Split(',');
            if (rows.Count > 0 && rows[0][0] != row[0])
            {
                yield return (int.Parse(rows[0][0], CultureInfo.InvariantCulture), [.. rows]);
                rows.Clear();
            }

            rows.Add(row);
        }

        yield return (int.Parse(rows[0][0], CultureInfo.InvariantCulture), [.. rows]);
    }

    private static Task PostStepAsync(SiloProcess silo, int number, (double[] Torque, double[] Angle) curve) => PostAsync(
        silo,
        "acme.lyon:tool-01",
        $"{{\"ts\":{Start.AddSeconds(number).ToUnixTimeMilliseconds()},\"unit\":\"u{number}\",\"step\":\"loosen\",\"values\":{{"
        + $"\"programme\":\"m5\",\"torque\":[{Text(curve.Torque)}],\"turned\":[{Text(curve.Angle)}]}}}}");

    private static async Task PostAsync(SiloProcess silo, string asset, string payload)
    {
        using var content = new StringContent(payload, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await silo.Http.PostAsync($"/api/v1/telemetry?asset={asset}", content);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
    }

    private static string Text(double[] values) => string.Join(',', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
}
