using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Millwright.Alerts;
using Millwright.Cli.Drill;
using Millwright.Cli.Drill.Canary;
using Millwright.Cli.Drill.Target;
using Millwright.Cli.Drill.Verdict;
using Millwright.Core.Detection;
using Millwright.Plant;

namespace Millwright.Cli.Tests.Drill;

/// <summary>The test of the test: a silo that lost or doubled something must not pass. Its answers are made from the plan, then spoilt.</summary>
public sealed class CheckerTests
{
    private const int Messages = 700;

    private static readonly DrillOptions Options = new()
    {
        Kills = 0,
        Rate = 40,
        Assets = 2,
        Seed = 7,
        Gap = (TimeSpan.Zero, TimeSpan.Zero),
    };

    private readonly CanaryPlan plan = new(CanaryPlant.Namespace, Options, new DateTimeOffset(2026, 1, 5, 6, 0, 0, TimeSpan.Zero));
    private readonly CanaryBook book = new(Options.Assets);
    private readonly AlertReference reference;

    public CheckerTests()
    {
        PlantLoadResult loaded = new PlantLoader(DetectorParameters.Validate).Load([new PlantFile("canary.yaml", CanaryPlant.Yaml)]);
        reference = new AlertReference(plan, loaded.Model!);
        for (int asset = 0; asset < Options.Assets; asset++)
        {
            for (int index = 0; index < Messages; index++)
            {
                book.CountSent(asset, index);
                book.Acknowledge(asset, index);
            }
        }
    }

    [Fact]
    public async Task WholeStore_Passes_AndExpectsEachPlannedFault()
    {
        Findings findings = await CheckAsync(new Spoilt());

        int faults = Enumerable.Range(0, Options.Assets).Sum(a => plan.WholeFaults(a, Messages));
        Assert.True(faults >= 2, $"{faults} faults");
        Assert.Equal((0, 0, 0, 0, 0), (findings.Lost, findings.Doubled, findings.MissingAlerts, findings.SurplusAlerts, findings.SurplusSamples));
        Assert.Equal(0, findings.FateFaults);
        Assert.Equal(Options.Assets * Messages * CanaryPlan.Metrics.Length, findings.SamplesChecked);
        Assert.True(findings.ExpectedAlerts >= 2 * faults, $"{findings.ExpectedAlerts} alerts for {faults} faults");
    }

    [Fact]
    public async Task SampleThatIsGone_OrChanged_IsLost()
    {
        Assert.Equal(1, (await CheckAsync(new Spoilt { History = h => h.RemoveAt(333) })).Lost);
        Assert.Equal(1, (await CheckAsync(new Spoilt { History = h => h.RemoveAt(h.Count - 1) })).Lost);
        Assert.Equal(1, (await CheckAsync(new Spoilt { History = h => h[5] = (h[5].Time, h[5].Value + 0.01) })).Lost);
    }

    [Fact]
    public async Task SampleThatNobodyAcknowledged_MayBeGone()
    {
        book.CountSent(0, Messages);

        Assert.Equal(0, (await CheckAsync(new Spoilt())).Lost);
    }

    [Fact]
    public async Task SampleThatIsThereTwice_OrThatNobodySent_IsFound()
    {
        Assert.Equal(1, (await CheckAsync(new Spoilt { History = h => h.Insert(9, h[9]) })).Doubled);
        Assert.Equal(1, (await CheckAsync(new Spoilt { History = h => h.Insert(9, (h[9].Time.AddMilliseconds(-1), 1)) })).SurplusSamples);
    }

    [Fact]
    public async Task AlertThatIsGone_Doubled_OrSurplus_IsFound()
    {
        Assert.Equal(1, (await CheckAsync(new Spoilt { Alerts = a => a.RemoveAt(0) })).MissingAlerts);
        Assert.Equal(1, (await CheckAsync(new Spoilt { Alerts = a => a.Add(a[0]) })).Doubled);

        Findings other = await CheckAsync(new Spoilt { Alerts = a => a.Add(a[0] with { Id = "another-id" }) });

        Assert.Equal((1, 1), (other.SurplusAlerts, other.Doubled));
    }

    [Fact]
    public async Task AlertThatWasStored_ButNeverAnnounced_IsFound()
    {
        Assert.Equal(0, (await CheckAsync(new Spoilt())).MissingAnnouncements);

        Findings findings = await CheckAsync(new Spoilt { Unheard = 2 });

        Assert.Equal((2, 0), (findings.MissingAnnouncements, findings.MissingAlerts));
    }

    [Fact]
    public async Task FatesThatDoNotAddUp_AreFound()
    {
        Assert.Equal(1, (await CheckAsync(new Spoilt { Accepted = -1 })).FateFaults);
        Assert.Equal(1, (await CheckAsync(new Spoilt { Dropped = 1 })).FateFaults);

        // Duplicates beyond what was sent again: somebody doubled them on the way.
        Assert.Equal(1, (await CheckAsync(new Spoilt { Duplicate = 4 })).FateFaults);
    }

    [Fact]
    public void Payload_ReadsAsThePlansValues()
    {
        byte[] buffer = new byte[CanaryPlan.MaxPayload];
        for (int index = 0; index < 1_000; index++)
        {
            int length = plan.WritePayload(buffer, 1, index);

            JsonElement message = JsonSerializer.Deserialize<JsonElement>(buffer.AsSpan(0, length));
            Assert.Equal(plan.EventMilliseconds(1, index), message.GetProperty("ts").GetInt64());
            for (int metric = 0; metric < CanaryPlan.Metrics.Length; metric++)
            {
                Assert.Equal(plan.Value(1, metric, index), message.GetProperty("values").GetProperty(CanaryPlan.Metrics[metric]).GetDouble());
            }
        }
    }

    private async Task<Findings> CheckAsync(Spoilt spoilt)
    {
        var heard = new HeardAlerts();
        foreach (AlertEvent alert in Enumerable.Range(0, Options.Assets).SelectMany(a => reference.Of(a, Messages)).Skip(spoilt.Unheard))
        {
            heard.Add(alert.Id);
        }

        using var handler = new PlannedSilo(plan, reference, spoilt);
        using var http = new HttpClient(handler) { BaseAddress = new Uri("http://silo") };
        var checker = new Checker(new SiloReader(http, TimeProvider.System), plan, book, reference, heard);
        return await checker.CheckAsync(CancellationToken.None);
    }

    /// <summary>What is wrong with asset 0 (its metric pressure); nothing by default.</summary>
    private sealed record Spoilt
    {
        public Action<List<(DateTimeOffset Time, double Value)>> History { get; init; } = _ => { };

        public Action<List<AlertEvent>> Alerts { get; init; } = _ => { };

        /// <summary>Alerts that were not announced.</summary>
        public int Unheard { get; init; }

        public int Accepted { get; init; }

        public int Dropped { get; init; }

        public int Duplicate { get; init; }
    }

    private sealed class PlannedSilo(CanaryPlan plan, AlertReference reference, Spoilt spoilt) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string path = request.RequestUri!.PathAndQuery;
            int asset = Array.FindIndex(plan.AssetIds, id => path.Contains(id, StringComparison.Ordinal));
            string body = path.StartsWith("/api/v1/history", StringComparison.Ordinal) ? History(asset, path)
                : path.StartsWith("/api/v1/alerts", StringComparison.Ordinal) ? Alerts(asset)
                : Thing(asset);
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8) });
        }

        private string History(int asset, string path)
        {
            int metric = Array.FindIndex(CanaryPlan.Metrics, m => path.Contains($"metric={m}", StringComparison.Ordinal));
            List<(DateTimeOffset Time, double Value)> points =
                [.. Enumerable.Range(0, Messages).Select(i => (CanaryPlan.Instant(plan.EventMilliseconds(asset, i)), plan.Value(asset, metric, i)))];
            if (asset == 0 && metric == 0)
            {
                spoilt.History(points);
            }

            return JsonSerializer.Serialize(new { items = points.Select(p => new { eventTime = p.Time, value = p.Value }), next = (string?)null });
        }

        private string Alerts(int asset)
        {
            List<AlertEvent> alerts = reference.Of(asset, Messages);
            if (asset == 0)
            {
                spoilt.Alerts(alerts);
            }

            string items = string.Join(',', alerts.Select(a => Encoding.UTF8.GetString(AlertCloudEvent.Render(a))));
            return $"{{\"items\":[{items}],\"next\":null}}";
        }

        private string Thing(int asset)
        {
            long distinct = Messages * CanaryPlan.Metrics.Length;
            (int accepted, int dropped, int duplicate) = asset == 0 ? (spoilt.Accepted, spoilt.Dropped, spoilt.Duplicate) : (0, 0, 0);
            string fates = string.Create(
                CultureInfo.InvariantCulture,
                $"\"accepted\":{distinct + accepted},\"amended\":0,\"duplicate\":{duplicate},\"dropped\":{dropped},\"rejected\":0,\"total\":{distinct + accepted + dropped + duplicate}");
            return $"{{\"features\":{{\"twin\":{{\"properties\":{{\"fates\":{{{fates}}}}}}}}}}}";
        }
    }
}
