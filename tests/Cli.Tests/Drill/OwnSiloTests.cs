using Millwright.Cli.Drill.Target;

namespace Millwright.Cli.Tests.Drill;

/// <summary>The process of the drill's own.</summary>
public sealed class OwnSiloTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly string folder = Directory.CreateTempSubdirectory("millwright-drill-test-").FullName;

    [Fact]
    public async Task SiloThatEndedByItself_IsACrash_AndItsLastWordsAreKept()
    {
        await using var silo = new OwnSilo(folder, ["--no-such-option", "x"]);
        await silo.StartAsync(default);
        await silo.WaitForEndAsync(default).WaitAsync(Bound);

        await silo.KillAsync(default);

        Assert.Equal(1, silo.Crashes);
        Assert.Contains("no-such-option", await File.ReadAllTextAsync(Path.Combine(folder, "crash-1.log")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SiloThatIsKilled_IsNoCrash()
    {
        await using var silo = new OwnSilo(folder, []);
        await silo.StartAsync(default);
        Assert.Null(silo.Ended);

        await silo.KillAsync(default);

        Assert.Equal(0, silo.Crashes);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
