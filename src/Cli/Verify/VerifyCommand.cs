using System.CommandLine;
using Millwright.Cli.Output;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Verify;

namespace Millwright.Cli.Verify;

/// <summary>Recomputes every chain and every row's sum, and names what was edited.</summary>
internal static class VerifyCommand
{
    public static Command Create(ToolContext context)
    {
        var data = new Option<string>("--data-dir") { Description = "The silo's data directory; it may be running.", Required = true };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };
        var command = new Command("verify", "Checks the store: hash chains of history, sums of all rows, and the file's structure.")
        {
            data, json,
        };
        command.SetAction(parsed => Run(context, parsed.GetValue(data)!, parsed.GetValue(json)));
        return command;
    }

    private static int Run(ToolContext context, string directory, bool isJson)
    {
        try
        {
            string path = Path.Combine(directory, StoreInspection.FileName);
            (IReadOnlyList<StoreDamage> found, VerifyCounts counts) = StoreInspection.Run(path);
            Print(context, found, counts, isJson);
            return found.Count == 0 ? ExitCode.Success : ExitCode.Damaged;
        }
        catch (StoreException refusal)
        {
            context.Error.WriteLine($"{refusal.Code}: {refusal.Message}");
            return refusal.Code == "store.unavailable" ? ExitCode.Usage : ExitCode.Damaged;
        }
    }

    private static void Print(ToolContext context, IReadOnlyList<StoreDamage> found, VerifyCounts counts, bool isJson)
    {
        if (isJson)
        {
            context.Output.WriteLine(JsonLine.Of(new { Whole = found.Count == 0, Damages = found, Checked = counts }));
            return;
        }

        foreach (StoreDamage damage in found)
        {
            context.Output.WriteLine($"{damage.Code}: {damage.Detail}");
        }

        context.Output.WriteLine(
            $"{counts.Assets} assets, {counts.Blocks} blocks of {counts.Samples} samples, {counts.Windows} windows, " +
            $"{counts.Hours} hours, {counts.Alerts} alerts, {counts.States} states: " +
            $"{(found.Count == 0 ? "all whole" : $"{found.Count} damages")}.");
    }
}
