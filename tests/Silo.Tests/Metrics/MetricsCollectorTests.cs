using System.Diagnostics.Metrics;
using System.Text;
using Millwright.Silo.Metrics;
using Millwright.Silo.Tests.Api.Stage;

namespace Millwright.Silo.Tests.Metrics;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly MetricsCollector collector = new();
    private readonly Meter meter = new("Millwright.Silo.Tests.Metrics");

    public void Dispose()
    {
        meter.Dispose();
        collector.Dispose();
    }

    [Fact]
    public void Counter_IsATotal_WithItsLabelsEscaped()
    {
        Counter<long> counter = meter.CreateCounter<long>("millwright.t1.samples-dropped", "{sample}", "Dropped\nsamples");
        counter.Add(2, new KeyValuePair<string, object?>("reason", "a\"b\\c\nd"));
        counter.Add(3, new KeyValuePair<string, object?>("reason", "a\"b\\c\nd"));
        counter.Add(1);

        Exposition read = Scrape();

        Assert.Equal("counter", read.Types["millwright_t1_samples_dropped_total"]);
        Assert.Equal(5, read.Samples["""millwright_t1_samples_dropped_total{reason="a\"b\\c\nd"}"""]);
        Assert.Equal(1, read.Samples["millwright_t1_samples_dropped_total"]);
    }

    [Fact]
    public void Histogram_IsCumulative_WithSumAndCount_InItsUnit()
    {
        Histogram<double> histogram = meter.CreateHistogram(
            "millwright.t2.delay", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 5] });
        foreach (double value in new[] { 0.5, 1, 3, 7 })
        {
            histogram.Record(value);
        }

        Exposition read = Scrape();

        Assert.Equal("histogram", read.Types["millwright_t2_delay_seconds"]);
        Assert.Equal(2, read.Samples["""millwright_t2_delay_seconds_bucket{le="1"}"""]);
        Assert.Equal(3, read.Samples["""millwright_t2_delay_seconds_bucket{le="5"}"""]);
        Assert.Equal(4, read.Samples["""millwright_t2_delay_seconds_bucket{le="+Inf"}"""]);
        Assert.Equal(11.5, read.Samples["millwright_t2_delay_seconds_sum"]);
        Assert.Equal(4, read.Samples["millwright_t2_delay_seconds_count"]);
    }

    [Fact]
    public void Gauges_HoldTheLastValue_AndUpDownCountersTheSum()
    {
        Gauge<int> gauge = meter.CreateGauge<int>("millwright.t3.depth", "By");
        gauge.Record(5);
        gauge.Record(3);
        UpDownCounter<long> updown = meter.CreateUpDownCounter<long>("millwright.t3.sessions");
        updown.Add(5);
        updown.Add(-2);

        Exposition read = Scrape();

        Assert.Equal(3, read.Samples["millwright_t3_depth_bytes"]);
        Assert.Equal(3, read.Samples["millwright_t3_sessions"]);
        Assert.Equal("gauge", read.Types["millwright_t3_sessions"]);
    }

    [Fact]
    public void Observable_IsReadAtTheScrape_AndForgottenWhenItIsNoLongerObserved()
    {
        var values = new List<Measurement<long>> { new(7, new KeyValuePair<string, object?>("line", "L1")),
            new(8, new KeyValuePair<string, object?>("line", "L2")) };
        meter.CreateObservableCounter("millwright.t4.calls", () => values);
        Exposition first = Scrape();
        values.RemoveAt(1);

        Exposition second = Scrape();

        Assert.Equal((7, 8), (first.Samples["""millwright_t4_calls_total{line="L1"}"""], first.Samples["""millwright_t4_calls_total{line="L2"}"""]));
        Assert.Equal(7, second.Samples["""millwright_t4_calls_total{line="L1"}"""]);
        Assert.False(second.Samples.ContainsKey("""millwright_t4_calls_total{line="L2"}"""));
    }

    [Fact]
    public void RunawayTag_EndsInOneSeries_AndNothingIsLost()
    {
        Counter<long> counter = meter.CreateCounter<long>("millwright.t5.runaway");
        for (int i = 0; i < 1_000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("asset", i));
        }

        KeyValuePair<string,
            double>[] series = [.. Scrape().Samples.Where(s => s.Key.StartsWith("millwright_t5_runaway_total", StringComparison.Ordinal))];

        Assert.Equal(201, series.Length);
        Assert.Equal(1_000, series.Sum(s => s.Value));
        Assert.Equal(800, series.Single(s => s.Key.Contains("overflow", StringComparison.Ordinal)).Value);
    }

    [Fact]
    public void OpenMetrics_NamesCountersWithoutTotalInTheirType_AndEnds()
    {
        meter.CreateCounter<int>("millwright.t6.events").Add(4);

        Exposition read = Exposition.Parse(Encoding.UTF8.GetString(collector.Scrape(openMetrics: true)));

        Assert.Equal("counter", read.Types["millwright_t6_events"]);
        Assert.Equal(4, read.Samples["millwright_t6_events_total"]);
        Assert.True(read.HasEnd);
    }

    [Fact]
    public void ForeignInstruments_AreLeftOut_AndOrleansOwnAreTaken()
    {
        using var orleans = new Meter("Microsoft.Orleans");
        orleans.CreateCounter<int>("orleans-catalog-activations-t7").Add(2);
        meter.CreateCounter<int>("other.t7.counter").Add(1);

        Exposition read = Scrape();

        Assert.Equal(2, read.Samples["orleans_catalog_activations_t7_total"]);
        Assert.DoesNotContain(read.Samples.Keys, k => k.StartsWith("other", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Endpoint_ServesBothFormats_WithTheSilosOwnFigures()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using HttpResponseMessage plain = await host.Client.GetAsync("/metrics");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.ParseAdd("application/openmetrics-text; version=1.0.0");
        using HttpResponseMessage open = await host.Client.SendAsync(request);

        Exposition read = Exposition.Parse(await plain.Content.ReadAsStringAsync());

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", plain.Content.Headers.ContentType!.ToString());
        Assert.Equal("application/openmetrics-text; version=1.0.0; charset=utf-8", open.Content.Headers.ContentType!.ToString());
        Assert.True(Exposition.Parse(await open.Content.ReadAsStringAsync()).HasEnd);
        Assert.Equal("counter", read.Types["process_cpu_seconds_total"]);
        Assert.True(read.Samples["process_resident_memory_bytes"] > 1_000_000);
        Assert.True(read.Samples.ContainsKey("""millwright_fleet_assets{state="silent"}"""));
    }

    private Exposition Scrape() => Exposition.Parse(Encoding.UTF8.GetString(collector.Scrape(openMetrics: false)));
}
