using Millwright.Core.Twins;
using Millwright.Telemetry;

namespace Millwright.Grains.Tests.Core.Twins;

public sealed class TwinEngineFatesTests
{
    private readonly TwinOutput output = new();
    private readonly TwinEngine engine = new(new TwinDefinition
    {
        Metrics = [new MetricRule { Name = "a", Minimum = -50, Maximum = 50 }, new MetricRule { Name = "mode", IsText = true }],
        Time = new TimeRule { AllowedLateness = TimeSpan.FromSeconds(30), MaxClockSkew = TimeSpan.FromSeconds(120) },
    });

    [Fact]
    public void EachSample_MeetsOneFate_AndTheSumIsWhatCameIn()
    {
        Assert.Equal(SampleFate.Accepted, Observe(10));
        Assert.Equal(SampleFate.Duplicate, Observe(10));
        Assert.Equal(SampleFate.Accepted, Observe(75));
        Assert.Equal(SampleFate.Amended, Observe(11));
        Assert.Equal(SampleFate.Accepted, Observe(65));
        Assert.Equal(SampleFate.Accepted, Observe(90));
        Assert.Equal(SampleFate.Dropped, Observe(12));
        Assert.Equal(SampleFate.Rejected, Observe(95, value: double.NaN));
        Assert.Equal(SampleFate.Rejected, Observe(95, value: double.NegativeInfinity));
        Assert.Equal(SampleFate.Rejected, Observe(95, text: "on", value: double.NaN));
        Assert.Equal(SampleFate.Rejected, Observe(95, metric: 1));
        Assert.Equal(SampleFate.Rejected, Observe(95, metric: -1));

        FateCounts fates = engine.Fates;
        Assert.Equal((4L, 1L, 1L, 1L, 5L), (fates.Accepted, fates.Amended, fates.Duplicate, fates.Dropped, fates.Rejected));
        Assert.Equal((2L, 2L, 1L), (fates.Of(FateReason.NotFinite), fates.Of(FateReason.WrongType), fates.Of(FateReason.MetricLimit)));
        Assert.Equal(12, fates.Total);
    }

    [Theory]
    [InlineData(0, SampleFate.Accepted)]
    [InlineData(1, SampleFate.Rejected)]
    public void FutureSample_IsRejected_ATickBeyondTheSkew(long ticks, SampleFate expected)
    {
        Observe(1);
        DateTimeOffset ingest = Moments.At(1);

        SampleFate fate = engine.Observe(new TwinSample(0, ingest.AddSeconds(120).AddTicks(ticks), ingest, 1), output);

        Assert.Equal(expected, fate);
        Assert.Equal(expected == SampleFate.Rejected ? Moments.At(1) : Moments.At(121), engine.Watermark);
    }

    [Fact]
    public void FutureSample_MovesNothing()
    {
        Observe(1, value: 7);
        DateTimeOffset ingest = Moments.At(1);

        engine.Observe(new TwinSample(0, ingest.AddDays(400), ingest, 9), output);

        Assert.Equal(7, engine.Metric(0).Value);
        Assert.Empty(output.Windows);
        Assert.Equal(1, engine.Fates.Of(FateReason.FutureTimestamp));
    }

    [Fact]
    public void Metrics_AreBounded()
    {
        for (int i = engine.MetricCount; i < TwinDefinition.MaxMetrics; i++)
        {
            Assert.Equal(i, engine.MetricIndex($"m{i}", isText: false));
        }

        Assert.Equal(-1, engine.MetricIndex("one too many", isText: false));
        Assert.Equal(500, engine.MetricIndex("m500", isText: false));
        Assert.Equal(SampleFate.Rejected, Observe(1, metric: -1));
    }

    [Fact]
    public void HistoricalSample_MovesNeitherWatermarkNorLiveValue_ButReachesHistoryAndWindows()
    {
        Observe(100, value: 1);

        SampleFate later = engine.Observe(new TwinSample(0, Moments.At(200), Moments.At(200), 5, Historical: true), output);
        SampleFate earlier = engine.Observe(new TwinSample(0, Moments.At(65), Moments.At(200), 6, Historical: true), output);

        Assert.Equal((SampleFate.Accepted, SampleFate.Accepted), (later, earlier));
        Assert.Equal(Moments.At(100), engine.Watermark);
        Assert.Equal((1.0, 1L), (engine.Metric(0).Value, engine.Metric(0).Revision));
        List<Millwright.Core.History.RawSample> history = [];
        engine.CollectRecentHistory(0, history);
        Assert.Equal([6, 1, 5], history.Select(h => h.Value));
        List<Millwright.Core.Windows.ClosedWindow> open = [];
        engine.CollectOpenWindows(open);
        Assert.Equal([2, 1], open.Select(w => w.Aggregate.Count));
    }

    [Fact]
    public void OutOfRange_IsKeptAsUncertain_AndStaysOutOfWindows()
    {
        Observe(1, value: 10);
        Observe(2, value: 51);
        Observe(3, value: 1e200);

        Assert.Equal((1e200, SampleQuality.Uncertain), (engine.Metric(0).Value, engine.Metric(0).Quality));
        Assert.Equal(2, engine.OutOfRange);
        List<Millwright.Core.Windows.ClosedWindow> open = [];
        engine.CollectOpenWindows(open);
        Assert.Equal(10, Assert.Single(open).Aggregate.Sum);
    }

    [Fact]
    public void Duplicate_ChangesNothing()
    {
        Observe(1, value: 10);
        byte[] history = Save();

        Observe(1, value: 11);

        Assert.Equal(10, engine.Metric(0).Value);
        Assert.Equal(1, engine.Fates.Duplicate);
        Assert.Equal(history.Length, Save().Length);
    }

    private byte[] Save()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        engine.Save(new Millwright.Core.State.StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    private SampleFate Observe(double seconds, int metric = 0, double value = 1, string? text = null) =>
        engine.Observe(new TwinSample(metric, Moments.At(seconds), Moments.At(seconds), value, text), output);
}
