using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Log;
using Millwright.Telemetry;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Log;

/// <summary>Makes logs for tests.</summary>
internal static class LogBench
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddMetrics().AddSingleton<LogInstruments>().BuildServiceProvider();

    public static FeedInstruments NewFeedInstruments() => new(Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());

    public static LogOptions Options(int segmentBytes = 64 << 10) =>
        new() { SegmentBytes = segmentBytes, MaxPendingBytes = 64 << 10, MaxRecordBytes = 16 << 10 };

    public static TelemetryLog Unpumped(ILogDisk disk, LogOptions? options = null, TimeProvider? time = null) =>
        TelemetryLog.OpenUnpumped(
            options ?? Options(),
            disk,
            time ?? new ManualTimeProvider(),
            Services.GetRequiredService<LogInstruments>(),
            NullLogger<TelemetryLog>.Instance);

    public static TelemetryLog Running(ILogDisk disk, LogOptions? options = null) =>
        TelemetryLog.Open(
            options ?? Options(), disk, TimeProvider.System, Services.GetRequiredService<LogInstruments>(), NullLogger<TelemetryLog>.Instance);

    /// <summary>Names of the segments, oldest first.</summary>
    public static string[] Segments(ILogDisk disk) =>
        [.. disk.List().Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public static long Append(TelemetryLog log, string text)
    {
        Assert.True(log.TryAppend(LogRecordKind.Samples, Encoding.UTF8.GetBytes(text), out long position));
        return position;
    }

    /// <summary>Appends one record of samples and returns its position.</summary>
    public static long AppendSamples(TelemetryLog log, string asset, params double[] values)
    {
        var writer = new LogRecordWriter(log);
        writer.Start(DateTimeOffset.UnixEpoch);
        writer.Begin(asset);
        foreach (double value in values)
        {
            writer.Sample("m", DateTimeOffset.UnixEpoch, value, null, SampleQuality.Good, false);
        }

        writer.End();
        Task<long> append = writer.AppendAsync(CancellationToken.None).AsTask();
        Assert.True(append.IsCompletedSuccessfully);
        return append.Result;
    }

    public static List<(long Position, string Text)> ReadAll(TelemetryLog log, long from = 0)
    {
        using LogReader reader = log.OpenReader(from);
        List<(long, string)> records = [];
        while (reader.TryRead(out LogRecord record))
        {
            records.Add((record.Position, Encoding.UTF8.GetString(record.Payload)));
        }

        return records;
    }

    public static string[] Texts(TelemetryLog log, long from = 0) => [.. ReadAll(log, from).Select(record => record.Text)];
}
