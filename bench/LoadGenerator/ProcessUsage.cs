using System.Diagnostics;

namespace Millwright.LoadGenerator;

/// <summary>CPU time and memory of another process.</summary>
internal static class ProcessUsage
{
    public static (TimeSpan Cpu, double Megabytes)? Of(int pid)
    {
        if (pid <= 0)
        {
            return null;
        }

        try
        {
            using Process process = Process.GetProcessById(pid);
            return (process.TotalProcessorTime, process.WorkingSet64 / 1048576.0);
        }
        catch (ArgumentException)
        {
            // It has ended; the run goes on and reports no figure.
            return null;
        }
    }
}
