using Millwright.LoadGenerator;
using Millwright.LoadGenerator.Alerts;
using Millwright.LoadGenerator.Payloads;
using Millwright.LoadGenerator.Schedule;

namespace Millwright.Cli.Tests.Load;

public sealed class OpenLoopScheduleTests
{
    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    [InlineData(0.9, 1)]
    [InlineData(1, 2)]
    [InlineData(999, 1000)]
    [InlineData(1_000_000, 5000)]
    public void DueAt_AtAThousandASecond_CountsWhatIsPlanned(double milliseconds, long expected)
        => Assert.Equal(expected, new OpenLoopSchedule(1000, 5000).DueAt(TimeSpan.FromMilliseconds(milliseconds)));

    [Theory]
    [InlineData(7)]
    [InlineData(12_000)]
    [InlineData(333_333.3)]
    public void PlannedMicroseconds_IsNeverAfterTheTimeAtWhichTheMessageIsDue(double rate)
    {
        var schedule = new OpenLoopSchedule(rate, 1_000_000);
        for (long i = 0; i < 1000; i++)
        {
            var planned = TimeSpan.FromMicroseconds(schedule.PlannedMicroseconds(i) + 1);
            Assert.True(schedule.DueAt(planned) > i, $"message {i} at {rate}/s");
        }
    }

    [Fact]
    public void Spikes_StartAfterTheWarmUpAndComeOneIn997()
    {
        var plan = new SpikePlan(997, 32_000);
        long[] spikes = [.. Enumerable.Range(0, 60_000).Select(i => (long)i).Where(plan.IsSpike)];

        Assert.Equal(32_901, spikes[0]);
        Assert.All(spikes.Zip(spikes.Skip(1)), p => Assert.Equal(997, p.Second - p.First));
        Assert.Equal(spikes.Length, plan.CountBelow(60_000));
        Assert.Equal(0, new SpikePlan(0, 0).CountBelow(1000));
    }

    [Fact]
    public void Write_GivesAPublishPacketWithTheJsonOfWorkload1()
    {
        PacketTemplate template = PacketTemplate.Create(PayloadShape.Workload1, 5, qos: 1);
        byte[] packet = new byte[template.Size];

        int length = template.Write(packet, 0x1234, 1_795_331_115_449_090, 42, new SampleStream(1), spike: 150_000);

        Assert.Equal(packet.Length, length);
        Assert.Equal(0x32, packet[0]);
        Assert.Equal(packet.Length - 2, packet[1]);
        int topic = packet[3];
        Assert.Equal("plant/l05/asset-00005/temp", System.Text.Encoding.ASCII.GetString(packet, 4, topic));
        Assert.Equal([0x12, 0x34], packet[(4 + topic)..(6 + topic)]);
        using var json = System.Text.Json.JsonDocument.Parse(packet.AsMemory(6 + topic));
        Assert.Equal("asset-00005", json.RootElement.GetProperty("a").GetString());
        Assert.Equal(1_795_331_115_449_090, json.RootElement.GetProperty("t").GetInt64());
        Assert.InRange(json.RootElement.GetProperty("v").GetDouble(), 81, 89);
        Assert.Equal(1_000_000_042, json.RootElement.GetProperty("n").GetInt64());
    }

    [Fact]
    public void Write_OfWorkload2_GivesTenSamplesAtTwoInstants()
    {
        PacketTemplate template = PacketTemplate.Create(PayloadShape.Workload2, 5, qos: 0);
        byte[] packet = new byte[template.Size];
        template.Write(packet, 0, 1_795_331_115_449_090, 0, new SampleStream(1), spike: 150_000);

        using var json = System.Text.Json.JsonDocument.Parse(packet.AsMemory(System.Array.IndexOf(packet, (byte)'[')));
        Assert.Equal(10, template.ValueCount);
        Assert.Equal([1_795_331_115_448, 1_795_331_115_449], json.RootElement.EnumerateArray().Select(e => e.GetProperty("ts").GetInt64()));
        Assert.InRange(json.RootElement[1].GetProperty("values").GetProperty("m1").GetDouble(), 81, 89);
        Assert.InRange(json.RootElement[0].GetProperty("values").GetProperty("m1").GetDouble(), 66, 74);
    }

    [Fact]
    public void Matcher_CountsEachSpikeOnce()
    {
        var matcher = new AlertMatcher();
        matcher.Expect(7, 1_000_000, 1_000_000);
        matcher.Expect(7, 9_000_000, 9_000_000);
        matcher.Expect(8, 1_000_000, 1_000_000);

        matcher.Arrived(7, 1_000_500, 1_004_000);
        matcher.Arrived(7, 1_000_500, 1_005_000);
        matcher.Arrived(7, 5_000_000, 5_000_000);
        matcher.Arrived(9, 1_000_000, 1_000_000);

        Assert.Equal((3, 1, 2, 1, 2), (matcher.Sent, matcher.Matched, matcher.Missing, matcher.Doubled, matcher.Unexpected));
        Assert.Equal([4.0], matcher.Latencies());
    }

    [Theory]
    [InlineData("millwright/alerts/plant:asset-00017", "{\"type\":\"io.millwright.alert.raised\",\"time\":\"2026-11-22T06:49:44.001Z\"}",
        true, true)]
    [InlineData("millwright/alerts/plant:asset-00017", "{\"type\":\"io.millwright.alert.cleared\",\"time\":\"2026-11-22T06:49:44.001Z\"}",
        true, false)]
    [InlineData("bench/alerts", "{\"a\":\"asset-00017\",\"t\":1795330184001000}", true, true)]
    [InlineData("millwright/alerts/plant:asset-00017", "{\"type\":\"x\"}", false, false)]
    [InlineData("millwright/alerts/plant:asset-00017", "nonsense", false, true)]
    [InlineData("millwright/alerts/pump", "{\"time\":\"2026-11-22T06:49:44.001Z\"}", false, true)]
    public void TryRead_OfAnAlert_KnowsOursAndThePeers(string topic, string payload, bool isRead, bool isRaised)
    {
        bool read = AlertInlet.TryRead(topic, System.Text.Encoding.UTF8.GetBytes(payload), out int asset, out long time, out bool raised);

        Assert.Equal(isRead, read);
        Assert.Equal(isRaised, raised);
        if (isRead)
        {
            Assert.Equal((17, 1_795_330_184_001_000), (asset, time));
        }
    }

    [Fact]
    public void Summary_TakesNearestRanks()
    {
        LatencySummary summary = LatencySummary.Of([.. Enumerable.Range(1, 999).Select(i => (double)i)]);

        Assert.Equal((500.0, 990.0, 999.0, 999.0), (summary.P50, summary.P99, summary.P999, summary.Max));
        Assert.Equal((167.0, 833.0), (summary.FirstThirdP50, summary.LastThirdP50));
        Assert.Null(LatencySummary.Of([]).P50);
    }

    [Theory]
    [InlineData(970, 10, 10, 0, true)]
    [InlineData(969, 10, 10, 0, false)]
    [InlineData(1000, 10, 26, 0, false)]
    [InlineData(1000, 10, 25, 0, true)]
    [InlineData(1000, 10, 10, 1, false)]
    public void IsSustained_FollowsTheRule(double got, double first, double last, int missing, bool expected)
    {
        var result = new LoadResult
        {
            OfferedPerSecond = 1000, SamplesPerMessage = 1, Sent = 1000, Acknowledged = 1000, Seconds = 1, MessagesPerSecond = got,
                Spikes = 1,
            AlertsMissing = missing, AlertsDoubled = 0, AlertsUnexpected = 0, GeneratorCpuMicroseconds = 1,
            AlertLatency = new LatencySummary(3, first, last, last, last, first, last),
        };

        Assert.Equal(expected, result.IsSustained);
    }

    [Fact]
    public async Task Search_StopsAtTheFirstRateThatFailsTwice()
    {
        var tried = new List<double>();
        (LoadResult? best, IReadOnlyList<LoadResult> all) = await new RateSearch(rate =>
        {
            tried.Add(rate);
            return Task.FromResult(new LoadResult
            {
                OfferedPerSecond = rate, SamplesPerMessage = 1, Sent = 1, Acknowledged = 1, Seconds = 1,
                    MessagesPerSecond = Math.Min(rate, 150), Spikes = 0,
                AlertsMissing = 0, AlertsDoubled = 0, AlertsUnexpected = 0, GeneratorCpuMicroseconds = 1,
                    AlertLatency = LatencySummary.Of([]),
            });
        }).RunAsync(100, 1000, 1.2);

        Assert.Equal([100, 120, 144, 173, 173], tried);
        Assert.Equal(144, best!.OfferedPerSecond);
        Assert.Equal(5, all.Count);
    }
}
