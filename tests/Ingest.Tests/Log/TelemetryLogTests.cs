using Millwright.Ingest.Log;

namespace Millwright.Ingest.Tests.Log;

public sealed class TelemetryLogTests
{
    [Fact]
    public void Append_IsReadableOnlyWhenDurable()
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());

        long position = LogBench.Append(log, "a");

        Assert.Empty(LogBench.Texts(log));
        Assert.False(log.WaitDurableAsync(position).AsTask().IsCompleted);
        Assert.True(log.Pump());
        Assert.Equal(["a"], LogBench.Texts(log));
        Assert.True(log.WaitDurableAsync(position).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Commit_CompletesAllWaitersWithOneSync()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        Task[] waits = [.. Enumerable.Range(0, 100).Select(i => log.WaitDurableAsync(LogBench.Append(log, $"{i}")).AsTask())];
        int before = disk.Syncs;

        log.Pump();

        await Task.WhenAll(waits);
        Assert.Equal(before + 1, disk.Syncs);
    }

    [Fact]
    public void Reopen_KeepsIdAndPositionsAscending()
    {
        using var directory = new TemporaryDirectory();
        string id;
        long first;
        using (TelemetryLog log = LogBench.Running(new FileLogDisk(directory.Path)))
        {
            id = log.LogId;
            first = LogBench.Append(log, "before");
        }

        using TelemetryLog again = LogBench.Unpumped(new FileLogDisk(directory.Path));
        long second = LogBench.Append(again, "after");
        again.Pump();

        Assert.Equal(id, again.LogId);
        Assert.True(second > first);
        Assert.Equal(["before", "after"], LogBench.Texts(again));
        Assert.Equal(["after"], LogBench.Texts(again, first + 1));
    }

    [Fact]
    public void TryAppend_RefusesAtTheBound_AndTakesAgainAfterACommit()
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());
        var payload = new byte[16 << 10];
        int taken = 0;
        while (log.TryAppend(LogRecordKind.Samples, payload, out _))
        {
            taken++;
        }

        Task room = log.WaitForRoomAsync();

        Assert.Equal(3, taken);
        Assert.False(room.IsCompleted);
        log.Pump();
        Assert.True(room.IsCompletedSuccessfully);
        Assert.True(log.TryAppend(LogRecordKind.Samples, payload, out _));
    }

    [Fact]
    public void Segments_RollAndTruncateAsWholes()
    {
        var disk = new MemoryLogDisk();
        using TelemetryLog log = LogBench.Unpumped(disk);
        List<long> positions = [];
        for (int i = 0; i < 100; i++)
        {
            positions.Add(LogBench.Append(log, new string('x', 4_000)));
            log.Pump();
        }

        int segments = LogBench.Segments(disk).Length;
        Assert.True(segments >= 6);
        Assert.True(log.Truncate(positions[50]));

        Assert.True(LogBench.Segments(disk).Length < segments);
        Assert.Contains(LogBench.ReadAll(log), record => record.Position == positions[50]);
        Assert.Equal(positions[60..], LogBench.ReadAll(log, positions[60]).Select(record => record.Position));
        Assert.False(log.Truncate(0));
    }

    [Fact]
    public void OpenReader_StartsAtTheFirstRecordAtOrAfterAnyNumber()
    {
        using TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());
        long[] positions = [.. Enumerable.Range(0, 20).Select(i => LogBench.Append(log, $"{i}"))];
        log.Pump();

        for (long from = 0; from <= positions[^1]; from++)
        {
            Assert.Equal(positions.First(p => p >= from), LogBench.ReadAll(log, from)[0].Position);
        }
    }

    [Fact]
    public async Task ConcurrentAppends_LoseNothingAndKeepEachThreadsOrder()
    {
        using var directory = new TemporaryDirectory();
        using TelemetryLog log = LogBench.Running(new FileLogDisk(directory.Path));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(producer => Task.Run(async () =>
        {
            long last = -1;
            for (int i = 0; i < 2_000; i++)
            {
                last = await log.AppendAsync(LogRecordKind.Samples, System.Text.Encoding.UTF8.GetBytes($"{producer}:{i}"), default);
                if (i % 500 == 0)
                {
                    await log.WaitDurableAsync(last);
                }
            }

            await log.WaitDurableAsync(last);
        })));

        List<(long Position, string Text)> records = LogBench.ReadAll(log);

        Assert.Equal(8_000, records.Count);
        Assert.Equal(records.Select(r => r.Position).Order(), records.Select(r => r.Position));
        foreach (IGrouping<string, string> producer in records.Select(r => r.Text).GroupBy(text => text.Split(':')[0]))
        {
            Assert.Equal(Enumerable.Range(0, 2_000).Select(i => $"{producer.Key}:{i}"), producer);
        }
    }

    [Fact]
    public async Task Reader_WaitsForTheNextRecord_AndEndsWithTheLog()
    {
        TelemetryLog log = LogBench.Unpumped(new MemoryLogDisk());
        using LogReader reader = log.OpenReader(0);
        Task<bool> wait = reader.WaitToReadAsync(CancellationToken.None).AsTask();
        Assert.False(wait.IsCompleted);

        LogBench.Append(log, "a");
        log.Pump();

        Assert.True(await wait.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Task<bool> last = reader.WaitToReadAsync(CancellationToken.None).AsTask();
        log.Dispose();
        Assert.False(await last.WaitAsync(TimeSpan.FromSeconds(30)));
    }
}
