using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Silo.Storage;
using Millwright.Testing.Time;

namespace Millwright.Cli.Tests;

public sealed class StoreCommandTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();
    private readonly string folder = Directory.CreateTempSubdirectory("millwright-cli-").FullName;

    private string Data => Path.Combine(folder, "data");

    private string Backup => Path.Combine(folder, "backup");

    private string Restored => Path.Combine(folder, "restored");

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task StoppedSilo_IsBackedUp_Restored_AndWhole()
    {
        MakeData();

        Assert.Equal(ExitCode.Success, await RunAsync("backup", "--data-dir", Data, "--to", Backup));
        Assert.Equal(ExitCode.Success, await RunAsync("restore", "--from", Backup, "--to", Restored));
        Assert.Equal(ExitCode.Success, await RunAsync("verify", "--data-dir", Restored, "--json"));

        Assert.Contains("\"whole\":true", output.ToString(), StringComparison.Ordinal);
        Assert.Equal("cursor", await File.ReadAllTextAsync(Path.Combine(Restored, "log", "feed.cursor")));
        using SqliteDatabase opened = Open(Restored);
    }

    [Fact]
    public async Task StoreInUse_IsNotBackedUpFromItsDirectory()
    {
        MakeData();
        using SqliteDatabase open = Open(Data);

        Assert.Equal(ExitCode.Usage, await RunAsync("backup", "--data-dir", Data, "--to", Backup));

        Assert.Contains("store.inuse", error.ToString(), StringComparison.Ordinal);
        Assert.False(Path.Exists(Backup) || Path.Exists(Backup + ".partial"));
    }

    [Theory]
    [InlineData("millwright.db")]
    [InlineData("log/feed.cursor")]
    [InlineData("manifest.json")]
    public async Task DamagedBackup_IsRefused(string name)
    {
        MakeData();
        await RunAsync("backup", "--data-dir", Data, "--to", Backup);
        string path = Path.Combine(Backup, name);
        byte[] bytes = await File.ReadAllBytesAsync(path);
        bytes[^2] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        Assert.Equal(ExitCode.Damaged, await RunAsync("restore", "--from", Backup, "--to", Restored));

        Assert.Contains("backup.damaged", error.ToString(), StringComparison.Ordinal);
        Assert.False(Path.Exists(Restored) || Path.Exists(Restored + ".partial"));
    }

    [Fact]
    public async Task IncompleteBackup_AndAForeignFileInIt_AreRefused()
    {
        MakeData();
        await RunAsync("backup", "--data-dir", Data, "--to", Backup);
        await File.WriteAllTextAsync(Path.Combine(Backup, "extra"), "x");
        Assert.Equal(ExitCode.Damaged, await RunAsync("restore", "--from", Backup, "--to", Restored));
        File.Delete(Path.Combine(Backup, "extra"));
        File.Delete(Path.Combine(Backup, "log", "feed.cursor"));

        Assert.Equal(ExitCode.Damaged, await RunAsync("restore", "--from", Backup, "--to", Restored));
    }

    [Fact]
    public async Task Restore_IntoSomething_IsRefused()
    {
        MakeData();
        await RunAsync("backup", "--data-dir", Data, "--to", Backup);

        Assert.Equal(ExitCode.Usage, await RunAsync("restore", "--from", Backup, "--to", Data));

        Assert.Contains("restore.target", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfAnEditedStore_EndsWithFive_AndNamesIt()
    {
        MakeData();
        await using (var connection = new SqliteConnection($"Data Source={Path.Combine(Data, "millwright.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "INSERT INTO grain_state (name, grain, key, ordinal, json, crc) VALUES ('n', 'g', 'k', 1, x'7b7d', 0)";
            await command.ExecuteNonQueryAsync();
        }

        Assert.Equal(ExitCode.Damaged, await RunAsync("verify", "--data-dir", Data));

        Assert.Contains("State n of g is damaged", output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("verify", "--data-dir", "/nonexistent")]
    [InlineData("backup", "--to", "/nonexistent/x")]
    [InlineData("backup", "--to", "/nonexistent/x", "--data-dir", "/nonexistent", "--url", "http://127.0.0.1:1")]
    [InlineData("restore", "--from", "/nonexistent")]
    public async Task Run_WhenTheCommandLineMakesNoSense_EndsWithTwo(params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(args));
        Assert.NotEmpty(error.ToString());
    }

    [Fact]
    public async Task Backup_WhenNobodyListens_EndsWithOne_AndLeavesNothing()
    {
        Assert.Equal(ExitCode.BrokerUnavailable, await RunAsync("backup", "--url", "http://127.0.0.1:1", "--to", Backup));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    private static SqliteDatabase Open(string directory) => SqliteDatabase.Open(
        new SqliteOptions { Path = Path.Combine(directory, "millwright.db") }, NullLogger<SqliteDatabase>.Instance);

    private void MakeData()
    {
        Open(Data).Dispose();
        Directory.CreateDirectory(Path.Combine(Data, "log"));
        File.WriteAllText(Path.Combine(Data, "log", "feed.cursor"), "cursor");
    }

    private Task<int> RunAsync(params string[] args)
        => MillwrightTool.RunAsync(args, new ToolContext(output, error, new ManualTimeProvider()), CancellationToken.None);
}
