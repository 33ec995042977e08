using System.CommandLine;
using System.Formats.Tar;
using Millwright.Ingest.Log;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Backup;

namespace Millwright.Cli.Backup;

/// <summary>Copies a silo's store and log: of a running one over HTTP, of a stopped one from its data directory.</summary>
internal static class BackupCommand
{
    public static Command Create(ToolContext context)
    {
        var url = new Option<string>("--url") { Description = "The running silo's HTTP address, e.g. http://127.0.0.1:8080." };
        var data = new Option<string>("--data-dir") { Description = "Instead of --url: the data directory of a stopped silo." };
        var to = new Option<string>("--to") { Description = "The backup's directory; must not exist.", Required = true };
        var command = new Command("backup", "Copies store and log, consistent while the silo runs.") { url, data, to };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(url) is null == parsed.GetValue(data) is null)
            {
                parsed.AddError("Name exactly one of --url and --data-dir.");
            }
            else if (parsed.GetValue(url) is { } address && !IsHttp(address))
            {
                parsed.AddError($"'{address}' is no http:// or https:// address.");
            }
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string target = Path.GetFullPath(parsed.GetValue(to)!);
            try
            {
                if (parsed.GetValue(url) is { } address)
                {
                    await FetchAsync(new Uri(address), target, cancellationToken);
                }
                else
                {
                    BackupService.MakeOffline(parsed.GetValue(data)!, target, context.Time.GetUtcNow());
                }

                context.Output.WriteLine($"Backed up to {target}.");
                return ExitCode.Success;
            }
            catch (StoreException refusal)
            {
                context.Error.WriteLine($"{refusal.Code}: {refusal.Message}");
                return refusal.Code is "store.corrupt" or "backup.damaged" ? ExitCode.Damaged : ExitCode.Usage;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException)
            {
                context.Error.WriteLine($"The backup did not end: {failure.Message}");
                return ExitCode.BrokerUnavailable;
            }
        });
        return command;
    }

    private static bool IsHttp(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps);

    private static async Task FetchAsync(Uri address, string target, CancellationToken cancellationToken)
    {
        string partial = target + ".partial";
        if (Path.Exists(target) || Path.Exists(partial))
        {
            throw new StoreException("backup.exists", $"{target}, or the rest of an unfinished backup beside it, is there already.");
        }

        Directory.CreateDirectory(partial);
        try
        {
            using var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/system/backup");
            using HttpResponseMessage answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                throw new HttpRequestException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            }

            await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
            await TarFile.ExtractToDirectoryAsync(stream, partial, overwriteFiles: false, cancellationToken);
            BackupManifest.Check(partial);
            BackupManifest.MakeDurable(partial);
            Directory.Move(partial, target);
            DiskSync.Directory(Path.GetDirectoryName(target)!);
        }
        catch
        {
            Directory.Delete(partial, recursive: true);
            throw;
        }
    }
}
