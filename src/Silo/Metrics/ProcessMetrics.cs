namespace Millwright.Silo.Metrics;

/// <summary>The process's own figures, under the names that dashboards for Prometheus expect.</summary>
internal static class ProcessMetrics
{
    private static readonly double StartTime = Started();

    public static void Write(PrometheusText text)
    {
        text.Write("process_cpu_seconds", MetricKind.Counter, "User and system CPU time.", Environment.CpuUsage.TotalTime.TotalSeconds);
        text.Write("process_resident_memory_bytes", MetricKind.Gauge, "Resident memory.", Environment.WorkingSet);
        text.Write("process_start_time_seconds", MetricKind.Gauge, "Start of the process since the Unix epoch.", StartTime);
        text.Write("dotnet_gc_heap_bytes", MetricKind.Gauge, "Managed heap.", GC.GetTotalMemory(forceFullCollection: false));
        text.Write("dotnet_gc_allocated_bytes", MetricKind.Counter, "Bytes allocated on the managed heap.", GC.GetTotalAllocatedBytes());
        text.Write("dotnet_gc_collections", MetricKind.Counter, "Garbage collections of all generations.", GC.CollectionCount(0));
        text.Write("dotnet_gc_pause_seconds", MetricKind.Counter, "Time paused for garbage collection.",
            GC.GetTotalPauseDuration().TotalSeconds);
        text.Write("dotnet_threadpool_threads", MetricKind.Gauge, "Threads of the pool.", ThreadPool.ThreadCount);
        text.Write("dotnet_threadpool_queue_length", MetricKind.Gauge, "Work items waiting for a thread.", ThreadPool.PendingWorkItemCount);
    }

    private static double Started()
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return (self.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }
}
