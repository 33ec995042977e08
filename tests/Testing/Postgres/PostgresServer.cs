using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Millwright.Testing.Postgres;

/// <summary>
/// A real PostgreSQL server with a data directory of its own, which syncs as in production. It refuses to run as root, so it then runs as
/// another user. It does not outlive this process, whatever ends that.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "millwright";

    private static readonly string[] Programs = ["postgres", "initdb", "pg_ctl"];

    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartNewAsync);

    private readonly string folder = Directory.CreateTempSubdirectory("millwright-pg-").FullName;
    private readonly string programs;
    private readonly int port = FreePort();

    private PostgresServer(string programs) => this.programs = programs;

    /// <summary>One line when there is none on this machine; null when there is, and in CI, where its absence is a failure.</summary>
    public static string? Missing =>
        FindPrograms() is null && Environment.GetEnvironmentVariable("CI") != "true"
            ? "no PostgreSQL server on this machine (Debian package postgresql)" : null;

    /// <summary>To be shared by tests that neither stop nor kill it.</summary>
    public static Task<PostgresServer> Shared => SharedServer.Value;

    public string ConnectionString => $"Host=127.0.0.1;Port={port.ToString(CultureInfo.InvariantCulture)};Username={User};Database=postgres";

    public string Log => File.Exists(LogPath) ? File.ReadAllText(LogPath) : "";

    private string DataPath => Path.Combine(folder, "data");

    private string LogPath => Path.Combine(folder, "log");

    public static async Task<PostgresServer> StartNewAsync()
    {
        var server = new PostgresServer(FindPrograms()
            ?? throw new InvalidOperationException("There is no PostgreSQL server on this machine: install the Debian package postgresql."));
        try
        {
            await server.MakeAsync();
            await server.StartAsync();
            server.Watch();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on its data. After a kill the rests of the killed one may need a moment to go.</summary>
    public async Task StartAsync()
    {
        string options = $"-p {port.ToString(CultureInfo.InvariantCulture)} -c listen_addresses=127.0.0.1 -c unix_socket_directories= "
            + "-c fsync=on -c full_page_writes=on -c max_connections=200 -c shared_buffers=32MB";
        for (int attempt = 1; ; attempt++)
        {
            (int exit, string output) = await RunAsync("pg_ctl", "-D", DataPath, "-l", LogPath, "-o", options, "-w", "-t", "60", "start");
            if (exit == 0)
            {
                return;
            }

            if (attempt == 20)
            {
                throw new InvalidOperationException($"PostgreSQL does not start: {output}\n{Log}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        }
    }

    /// <summary>
    /// Asks nobody: every process of the server gets <c>kill -9</c>, as in a crash of the machine but for its disk's cache.
    /// </summary>
    public void Kill()
    {
        int postmaster = int.Parse(File.ReadLines(Path.Combine(DataPath, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        string children = File.ReadAllText($"/proc/{postmaster}/task/{postmaster}/children");
        foreach (int pid in children.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pid => int.Parse(pid, CultureInfo.InvariantCulture)).Prepend(postmaster))
        {
            try
            {
                using var process = Process.GetProcessById(pid);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // It has ended by itself.
            }
        }
    }

    /// <summary>Stops it: connections are cut, and what they had not committed is undone.</summary>
    public async Task StopAsync()
    {
        (int exit, string output) = await RunAsync("pg_ctl", "-D", DataPath, "-w", "-m", "fast", "stop");
        if (exit != 0)
        {
            throw new InvalidOperationException($"PostgreSQL does not stop: {output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(DataPath, "postmaster.pid")))
        {
            await RunAsync("pg_ctl", "-D", DataPath, "-w", "-m", "immediate", "stop");
        }

        Directory.Delete(folder, recursive: true);
    }

    private static string? FindPrograms()
    {
        IEnumerable<string> packaged = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(path => int.TryParse(Path.GetFileName(path), CultureInfo.InvariantCulture, out int version) ? version : 0)
                .Select(path => Path.Combine(path, "bin"))
            : [];
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return packaged.Concat(path).FirstOrDefault(
            folder => Programs.All(program => File.Exists(Path.Combine(folder, program))));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Who the server runs as where we are root: its package's user, or nobody.</summary>
    private static string OtherUser() =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";

    private async Task MakeAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", [OtherUser(), folder]);
            await chown.WaitForExitAsync();
        }

        (int exit, string output) = await RunAsync(
            "initdb", "-D", DataPath, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C", "--data-checksums", "-N");
        if (exit != 0)
        {
            throw new InvalidOperationException($"initdb: {output}");
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        string path = Path.Combine(programs, program);
        string output = Path.Combine(Path.GetTempPath(), $"{Path.GetFileName(folder)}-{program}");

        // Into a file and not a pipe: the server would inherit the pipe and keep it open.
        ProcessStartInfo start = Environment.IsPrivilegedProcess
            ? new("sh", ["-c", $"exec runuser -u {OtherUser()} -- \"$0\" \"$@\" > {output} 2>&1", path, .. arguments])
            : new("sh", ["-c", $"exec \"$0\" \"$@\" > {output} 2>&1", path, .. arguments]);
        start.WorkingDirectory = "/";
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        string text = await File.ReadAllTextAsync(output);
        File.Delete(output);
        return (process.ExitCode, text);
    }

    /// <summary>A process of its own that waits for the end of this one, which may be a kill.</summary>
    private void Watch()
    {
        const string script = """
            while kill -0 "$1" 2>/dev/null && [ -d "$2" ]; do sleep 1; done
            [ -d "$2" ] || exit 0
            kill -9 "$(head -n 1 "$2/data/postmaster.pid")" 2>/dev/null
            sleep 1
            rm -rf "$2"
            """;
        string pid = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using var watcher = Process.Start(new ProcessStartInfo("sh", ["-c", $"({script}) > /dev/null 2>&1 < /dev/null &", "watch", pid, folder])
        {
            WorkingDirectory = "/",
        })!;
        watcher.WaitForExit();
    }
}
