using System.Diagnostics;

namespace Millwright.Ingest.Tests.Log;

/// <summary>A fact that mounts a file system of its own: skipped, with the reason, where that is not permitted.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TmpfsFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Refusal = new(Probe);

    public TmpfsFactAttribute() => Skip = Refusal.Value!;

    internal static string? Run(string command, params string[] arguments)
    {
        var start = new ProcessStartInfo(command) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"{command} {string.Join(' ', arguments)}: {errors.Trim()}";
    }

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "A tmpfs needs Linux.";
        }

        string path = Directory.CreateTempSubdirectory("millwright-tmpfs-").FullName;
        try
        {
            string? refusal = Run("mount", "-t", "tmpfs", "-o", "size=1m", "millwright", path);
            return refusal is null ? Run("umount", path) : $"Mounting needs root: {refusal}";
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return $"Mounting needs the mount command: {missing.Message}";
        }
        finally
        {
            Directory.Delete(path);
        }
    }
}
