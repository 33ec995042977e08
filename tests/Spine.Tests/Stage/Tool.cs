using System.Diagnostics;
using System.Reflection;

namespace Millwright.Spine.Tests.Stage;

/// <summary>The command-line tool as a process, as an operator runs it.</summary>
internal static class Tool
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static async Task<(int ExitCode, string Text)> RunAsync(params string[] arguments)
    {
        string configuration = typeof(Tool).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string framework = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string program = Path.Combine(Repository.Root, "src", "Cli", "bin", configuration, framework, "millwright.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        using var bound = new CancellationTokenSource(Bound);
        Task<string> errors = process.StandardError.ReadToEndAsync(bound.Token);
        string text = await process.StandardOutput.ReadToEndAsync(bound.Token);
        await process.WaitForExitAsync(bound.Token);
        return (process.ExitCode, text + await errors);
    }
}
