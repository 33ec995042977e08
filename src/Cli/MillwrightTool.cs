using System.CommandLine;
using System.Reflection;
using Millwright.Cli.Backtest;
using Millwright.Cli.Backup;
using Millwright.Cli.Drill;
using Millwright.Cli.Replay;
using Millwright.Cli.Restore;
using Millwright.Cli.Simulate;
using Millwright.Cli.Train;
using Millwright.Cli.Verify;

namespace Millwright.Cli;

internal static class MillwrightTool
{
    /// <summary>After Ctrl-C: a drill still checks what it has sent. Other commands end at once.</summary>
    private static readonly TimeSpan StopBound = TimeSpan.FromMinutes(10);

    public static async Task<int> RunAsync(string[] args, ToolContext context, CancellationToken cancellationToken)
    {
        var root = new RootCommand("Millwright's tool for the workbench: plays a plant, or a recording of one, over MQTT.")
        {
            SimulateCommand.Create(context),
            ReplayCommand.Create(context),
            BacktestCommand.Create(context),
            VerifyCommand.Create(context),
            BackupCommand.Create(context),
            RestoreCommand.Create(context),
            DrillCommand.Create(context),
            TrainCommand.Create(context),
            VersionCommand(context),
        };
        ParseResult parsed = root.Parse(args);
        var configuration = new InvocationConfiguration
        {
            Output = context.Output,
            Error = context.Error,
            ProcessTerminationTimeout = StopBound,
        };
        int code = await parsed.InvokeAsync(configuration, cancellationToken);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }

    private static Command VersionCommand(ToolContext context)
    {
        var command = new Command("version", "Prints the version.");
        command.SetAction(_ => context.Output.WriteLine(
            typeof(MillwrightTool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion));
        return command;
    }
}
