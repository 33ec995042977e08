using System.Globalization;
using Millwright.Ingest.Log;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Log;

/// <summary>
/// A real disk that fills up, or fills up and turns read-only, at random instants; half of the time the log is opened anew meanwhile.
/// <c>DISK_ROUNDS</c> says how often each (3), <c>SEED</c> where to begin.
/// </summary>
public sealed class LogFaultRoundsTests
{
    private static readonly LogOptions Options = new()
    {
        SegmentBytes = 256 << 10, MaxPendingBytes = 64 << 10, MaxRecordBytes = 16 << 10, MaxDiskBytes = 1L << 30,
    };

    [TmpfsFact]
    public void FullDisk_AtRandomInstants_IsRefusedAndOvercome() => Rounds(isReadOnly: false);

    [TmpfsFact]
    public void ReadOnlyDisk_AtRandomInstants_IsRefusedAndOvercome() => Rounds(isReadOnly: true);

    private static void Rounds(bool isReadOnly)
    {
        int first = Number("SEED", 1);
        for (int seed = first; seed < first + Number("DISK_ROUNDS", 3); seed++)
        {
            using var disk = new Tmpfs();
            try
            {
                Round(disk, new Random(seed), isReadOnly);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"SEED={seed}", e);
            }
        }
    }

    private static void Round(Tmpfs disk, Random random, bool isReadOnly)
    {
        var acknowledged = new List<(long, string)>();
        var time = new ManualTimeProvider();
        TelemetryLog log = Open(disk, time);
        try
        {
            Append(log, acknowledged, random, random.Next(60));
            string ballast = disk.Fill();
            for (int i = 0; log.Health.IsHealthy; i++)
            {
                Assert.True(i < 10_000, "The disk is never full.");
                Append(log, acknowledged, random, 1);
            }

            Assert.Equal(LogUnavailableException.Full, log.Health.Code);
            if (isReadOnly)
            {
                disk.Remount("ro");
            }

            if (random.Next(2) == 0)
            {
                log.Dispose();
                log = Open(disk, time);
            }

            AssertRefused(log, random.Next(1, 20));
            Assert.Equal(acknowledged, LogBench.ReadAll(log));
            if (isReadOnly)
            {
                disk.Remount("rw");
                AssertRefused(log, 1);
            }

            File.Delete(ballast);
            time.Advance(TimeSpan.FromSeconds(5));
            Assert.True(log.Pump());
            Assert.True(log.Health.IsHealthy);
            int before = acknowledged.Count;
            Append(log, acknowledged, random, 20);
            Assert.Equal(before + 20, acknowledged.Count);
            log.Dispose();
            log = Open(disk, time);
            Assert.Equal(acknowledged, LogBench.ReadAll(log));
        }
        finally
        {
            log.Dispose();
        }
    }

    private static void AssertRefused(TelemetryLog log, int times)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.False(log.Health.IsHealthy);
            Assert.Throws<LogUnavailableException>(() => LogBench.Append(log, "refused"));
            Assert.False(log.Pump());
        }
    }

    private static void Append(TelemetryLog log, List<(long, string)> acknowledged, Random random, int records)
    {
        for (int i = 0; i < records; i++)
        {
            string text = new((char)('a' + random.Next(26)), random.Next(1, 9_000));
            long position;
            try
            {
                position = LogBench.Append(log, text);
            }
            catch (LogUnavailableException)
            {
                Assert.False(log.Health.IsHealthy);
                return;
            }

            Task durable = log.WaitDurableAsync(position).AsTask();
            log.Pump();
            Assert.True(durable.IsCompleted);
            if (durable.IsCompletedSuccessfully)
            {
                acknowledged.Add((position, text));
            }
        }
    }

    private static TelemetryLog Open(Tmpfs disk, ManualTimeProvider time) => LogBench.Unpumped(new FileLogDisk(disk.Log), Options, time);

    private static int Number(string variable, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : usual;
}
