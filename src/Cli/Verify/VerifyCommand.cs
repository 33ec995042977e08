using System.CommandLine;
using Millwright.Cli.Output;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Postgres;
using Millwright.Silo.Storage.Verify;

namespace Millwright.Cli.Verify;

/// <summary>Recomputes every chain and every row's sum, and names what was edited.</summary>
internal static class VerifyCommand
{
    public static Command Create(ToolContext context)
    {
        var data = new Option<string?>("--data-dir") { Description = "The silo's data directory; it may be running." };
        var postgres = new Option<string?>("--postgres")
        {
            Description = "Instead: the connection string of a PostgreSQL store. Give its password in PGPASSWORD or a Passfile.",
        };
        var schema = new Option<string?>("--schema") { Description = "Schema of the PostgreSQL store; default millwright." };
        var json = new Option<bool>("--json") { Description = "Print the result as one JSON object." };
        var command = new Command("verify", "Checks the store: hash chains of history, sums of all rows, and the file's structure.")
        {
            data, postgres, schema, json,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(data) is null == parsed.GetValue(postgres) is null)
            {
                parsed.AddError("Give either --data-dir or --postgres.");
            }
        });
        command.SetAction(parsed => Run(
            context,
            () => parsed.GetValue(postgres) is { } server
                ? OfServer(server, parsed.GetValue(schema))
                : StoreInspection.Run(Path.Combine(parsed.GetValue(data)!, StoreInspection.FileName)),
            parsed.GetValue(json)));
        return command;
    }

    private static (IReadOnlyList<StoreDamage> Found, VerifyCounts Counts) OfServer(string connectionString, string? schema)
    {
        var options = new PostgresOptions { ConnectionString = connectionString };
        options.Schema = schema ?? options.Schema;
        return PostgresOptionsCheck.Faults(options).FirstOrDefault() is { } fault
            ? throw new StoreException("store.unavailable", fault)
            : PostgresInspection.Run(options);
    }

    private static int Run(
        ToolContext context, Func<(IReadOnlyList<StoreDamage> Found, VerifyCounts Counts)> inspect, bool isJson)
    {
        try
        {
            (IReadOnlyList<StoreDamage> found, VerifyCounts counts) = inspect();
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
