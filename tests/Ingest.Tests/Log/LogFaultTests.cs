using System.Text;
using Millwright.Ingest.Log;
using Millwright.Testing.Time;

namespace Millwright.Ingest.Tests.Log;

/// <summary>
/// Each way in which a disk can refuse, begun at fifty random instants of a log's life, starts and segment changes included.
/// </summary>
public sealed class LogFaultTests
{
    private const int Instants = 50;
    private static readonly LogOptions Options =
        new() { SegmentBytes = 8 << 10, MaxPendingBytes = 4 << 10, MaxRecordBytes = 1 << 10, MaxDiskBytes = 1 << 20 };

    [Theory]
    [InlineData(DiskFault.WriteEio)]
    [InlineData(DiskFault.WriteEnospc)]
    [InlineData(DiskFault.SyncEio)]
    [InlineData(DiskFault.SyncEnospc)]
    [InlineData(DiskFault.Full)]
    [InlineData(DiskFault.ReadOnly)]
    public void FailingDisk_AcknowledgesNothing_AndLosesNothing(DiskFault fault)
    {
        int refused = 0;
        for (int seed = 1; seed <= Instants; seed++)
        {
            var life = new Life(fault, seed);
            try
            {
                life.Live();
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"Fault {fault}, seed {seed}: {failure.Message}", failure);
            }

            refused += life.Refused;
        }

        Assert.True(refused >= Instants, "The fault must have been felt in every run.");
    }

    private sealed class Life(DiskFault fault, int seed)
    {
        private readonly Random random = new(seed);
        private readonly ManualTimeProvider time = new();
        private readonly FaultDisk disk = new() { Fault = fault };
        private readonly HashSet<(long Position, string Text)> appended = [];
        private readonly Dictionary<long, string> acknowledged = [];
        private TelemetryLog? log;

        public int Refused { get; private set; }

        public void Live()
        {
            // Zero: the very first file of a new log cannot be made.
            disk.CallsLeft = random.Next(200);
            Reopen();
            for (int round = 0; round < 400 && disk.Failures == 0; round++)
            {
                Round();
            }

            Assert.True(disk.Failures > 0, "The fault was never met.");
            Suffer();
            disk.Mend();
            Recover();
            for (int round = 0; round < 20; round++)
            {
                Round();
            }

            Check(disk.Copy(afterPowerCut: false));
            Check(disk.Copy(afterPowerCut: true));
        }

        private void Suffer()
        {
            int before = acknowledged.Count;
            int rounds = random.Next(2, 30);
            int restart = random.Next(rounds * 2);
            for (int round = 0; round < rounds; round++)
            {
                if (round == restart)
                {
                    // Killed and started again while the disk still fails.
                    Reopen();
                }

                Round();
                if (round > 0 && !log!.Health.IsHealthy)
                {
                    Refused++;
                    Assert.NotEmpty(log.Health.Reason);
                    bool isFull = fault is DiskFault.WriteEnospc or DiskFault.SyncEnospc or DiskFault.Full;
                    Assert.Equal(isFull ? LogUnavailableException.Full : LogUnavailableException.Disk, log.Health.Code);
                }
            }

            Assert.Equal(before, acknowledged.Count);
            Assert.False(log!.Health.IsHealthy);
        }

        private void Recover()
        {
            // By itself: the writer's own tries, and nothing else.
            Assert.True(log!.Pump());
            Assert.True(log.Health.IsHealthy);
            int before = acknowledged.Count;
            Append(1);
            log.Pump();
            Acknowledge();
            Assert.Equal(before + 1, acknowledged.Count);
        }

        private void Round()
        {
            time.Advance(TimeSpan.FromMilliseconds(random.Next(1_500)));
            bool failedBefore = disk.Failures > 0;
            Append(random.Next(6));
            log!.Pump();
            int before = acknowledged.Count;
            Acknowledge();
            Assert.False(failedBefore && acknowledged.Count > before, "Acknowledged on a disk that had failed.");
            if (random.Next(10) == 0 && acknowledged.Count > 0)
            {
                Read(log, everything: !disk.IsFaulty);
            }
        }

        private readonly List<(long Position, string Text, Task Durable)> waiting = [];

        private void Append(int count)
        {
            for (int i = 0; i < count; i++)
            {
                string text = $"{appended.Count}:{new string('x', random.Next(800))}";
                try
                {
                    if (log!.TryAppend(LogRecordKind.Samples, Encoding.UTF8.GetBytes(text), out long position))
                    {
                        appended.Add((position, text));
                        waiting.Add((position, text, log.WaitDurableAsync(position).AsTask()));
                    }
                }
                catch (LogUnavailableException)
                {
                    Refused++;
                }
            }
        }

        private void Acknowledge()
        {
            foreach ((long position, string text, Task durable) in waiting)
            {
                Assert.True(durable.IsCompleted);
                if (durable.IsCompletedSuccessfully)
                {
                    acknowledged.Add(position, text);
                }
                else
                {
                    Assert.IsType<LogUnavailableException>(durable.Exception!.InnerException);
                }
            }

            waiting.Clear();
        }

        private void Reopen() => log = LogBench.Unpumped(disk, Options, time);

        private void Check(FaultDisk left)
        {
            using TelemetryLog again = LogBench.Unpumped(left, Options, time);
            Assert.True(again.Health.IsHealthy);
            Read(again, everything: true);
        }

        private void Read(TelemetryLog from, bool everything)
        {
            List<(long Position, string Text)> records = LogBench.ReadAll(from);
            Assert.Empty(records.Except(appended));
            if (everything)
            {
                Assert.Empty(acknowledged.Select(pair => (pair.Key, pair.Value)).Except(records));
            }
        }
    }
}
