using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Millwright.Ingest.Log;

public sealed class LogInstruments
{
    private readonly ConcurrentDictionary<TelemetryLog, byte> logs = new();
    private readonly Counter<long> records;
    private readonly Counter<long> bytes;
    private readonly Histogram<double> commitDuration;
    private readonly Histogram<int> commitRecords;

    public LogInstruments(IMeterFactory meters)
    {
        Meter meter = meters.Create("Millwright.Ingest");
        records = meter.CreateCounter<long>("millwright.log.committed", "{record}", "Records made durable.");
        bytes = meter.CreateCounter<long>("millwright.log.written", "By", "Bytes made durable.");
        commitDuration = meter.CreateHistogram<double>("millwright.log.commit.duration", "s", "From the first append to durable.");
        commitRecords = meter.CreateHistogram<int>("millwright.log.commit.records", "{record}", "Records per commit.");
        AppendsDelayed = meter.CreateCounter<long>("millwright.log.append.delayed", "{append}", "Appends that waited at the bound.");
        AppendsRefused = meter.CreateCounter<long>(
            "millwright.log.append.refused", "{append}", "Appends refused: no room, or a failing disk.");
        Failures = meter.CreateCounter<long>("millwright.log.failed", "{commit}", "Commits void because the disk failed.");
        meter.CreateObservableGauge("millwright.log.healthy", () => logs.Keys.All(log => log.Health.IsHealthy) ? 1 : 0);
        meter.CreateObservableGauge("millwright.log.kept", () =>
            logs.Keys.Sum(log => log.DurableEnd - log.Start), "By", "Bytes not yet truncated.");
        meter.CreateObservableGauge("millwright.log.slowed", () => logs.Keys.Any(log => log.Health.IsSlowed) ? 1 : 0,
            description: "1 while sources are slowed because the log nears its bound.");
        meter.CreateObservableGauge("millwright.log.disk.used", () => logs.Keys.Sum(log => log.DiskBytes), "By",
            "Bytes of all segments, reserved blocks included.");
        meter.CreateObservableGauge("millwright.log.disk.bound", () => logs.Keys.Sum(log => log.MaxDiskBytes), "By",
            "Bytes that the segments may take.");
        meter.CreateObservableGauge("millwright.log.cut", () => logs.Keys.Sum(log => log.CutBytes), "By",
            "Bytes of torn commits that were cut at the start.");
    }

    internal Counter<long> AppendsDelayed { get; }

    internal Counter<long> AppendsRefused { get; }

    internal Counter<long> Failures { get; }

    internal void Register(TelemetryLog log) => logs.TryAdd(log, 0);

    internal void Unregister(TelemetryLog log) => logs.TryRemove(log, out _);

    internal void Committed(int count, int size, TimeSpan duration)
    {
        records.Add(count);
        bytes.Add(size);
        commitRecords.Record(count);
        commitDuration.Record(duration.TotalSeconds);
    }
}
