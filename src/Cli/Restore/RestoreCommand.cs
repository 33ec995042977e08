using System.CommandLine;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Backup;

namespace Millwright.Cli.Restore;

/// <summary>Checks a backup and makes a data directory of it.</summary>
internal static class RestoreCommand
{
    public static Command Create(ToolContext context)
    {
        var from = new Option<string>("--from") { Description = "The backup's directory.", Required = true };
        var to = new Option<string>("--to") { Description = "The new data directory; must be empty or not exist.", Required = true };
        var command = new Command("restore", "Makes a data directory out of a backup.") { from, to };
        command.SetAction(parsed =>
        {
            try
            {
                BackupManifest manifest = BackupRestore.Run(parsed.GetValue(from)!, parsed.GetValue(to)!);
                context.Output.WriteLine($"Restored the backup of {manifest.Created:u}, {manifest.Files.Count} files.");
                return ExitCode.Success;
            }
            catch (StoreException refusal)
            {
                context.Error.WriteLine($"{refusal.Code}: {refusal.Message}");
                return refusal.Code == "backup.damaged" ? ExitCode.Damaged : ExitCode.Usage;
            }
            catch (IOException failure)
            {
                context.Error.WriteLine($"The restore did not end: {failure.Message}");
                return ExitCode.Usage;
            }
        });
        return command;
    }
}
