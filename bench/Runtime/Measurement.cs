using System.Diagnostics;

namespace Millwright.Bench.Runtime;

/// <summary>One workload's figures. CPU time is that of the whole process, so what the runtime does on other threads counts.</summary>
internal sealed record Measurement(string Name, long Calls, double CallsPerSecond, double CpuMicrosecondsPerCall, double BytesPerCall)
{
    /// <summary>
    /// Runs <paramref name="callers"/> at once for at least <paramref name="duration"/>; each batch is one round over all grains.
    /// </summary>
    public static async Task<Measurement> TakeAsync(string name, int callers, TimeSpan duration, Func<int, Task<long>> batch)
    {
        // A warm-up of a quarter of the time: activation, emission and tiered compilation are not what is measured.
        await RunAsync(callers, duration / 4, batch);

        GC.Collect();
        using Process process = Process.GetCurrentProcess();
        TimeSpan cpuBefore = process.TotalProcessorTime;
        long bytesBefore = GC.GetTotalAllocatedBytes(precise: true);
        long started = Stopwatch.GetTimestamp();
        long calls = await RunAsync(callers, duration, batch);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        long bytes = GC.GetTotalAllocatedBytes(precise: true) - bytesBefore;
        process.Refresh();
        TimeSpan cpu = process.TotalProcessorTime - cpuBefore;
        return new Measurement(name, calls, calls / elapsed.TotalSeconds, cpu.TotalMicroseconds / calls, (double)bytes / calls);
    }

    private static async Task<long> RunAsync(int callers, TimeSpan duration, Func<int, Task<long>> batch)
    {
        long[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            long started = Stopwatch.GetTimestamp();
            long calls = 0;
            while (Stopwatch.GetElapsedTime(started) < duration)
            {
                calls += await batch(caller);
            }

            return calls;
        })));
        return counts.Sum();
    }
}
