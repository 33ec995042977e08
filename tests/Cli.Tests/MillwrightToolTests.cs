using Millwright.Testing.Time;

namespace Millwright.Cli.Tests;

public sealed class MillwrightToolTests : IDisposable
{
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public async Task Version_PrintsOneLine()
    {
        Assert.Equal(ExitCode.Success, await RunAsync("version"));
        Assert.StartsWith("0.", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplayList_NamesEverySet()
    {
        Assert.Equal(ExitCode.Success, await RunAsync("replay", "--list", "--json"));
        Assert.Equal(7, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("replay")]
    [InlineData("replay", "nosuch")]
    [InlineData("replay", "skab", "--data", "/nonexistent")]
    [InlineData("replay", "skab", "--speed", "fast")]
    [InlineData("replay", "skab", "--speed", "-1")]
    [InlineData("replay", "skab", "--shift", "sideways")]
    [InlineData("replay", "skab", "--in-flight", "0")]
    [InlineData("replay", "skab", "--broker", "http://127.0.0.1")]
    [InlineData("simulate", "--qos", "3")]
    [InlineData("simulate", "--broker", "nowhere")]
    [InlineData("simulate", "--speed", "0")]
    [InlineData("simulate", "--start", "soon")]
    [InlineData("simulate", "--bogus")]
    public async Task Run_WhenTheCommandLineMakesNoSense_EndsWithTwoAndSaysWhy(params string[] args)
    {
        Assert.Equal(ExitCode.Usage, await RunAsync(args));
        Assert.NotEmpty(error.ToString());
    }

    [Fact]
    public async Task Simulate_WhenNobodyListens_EndsWithOne()
    {
        // Port 1 of the loopback: reserved, and nobody listens there.
        Assert.Equal(ExitCode.BrokerUnavailable, await RunAsync("simulate", "--broker", "mqtt://127.0.0.1:1", "--duration", "1"));
        Assert.Contains("cannot be used", error.ToString(), StringComparison.Ordinal);
    }

    private Task<int> RunAsync(params string[] args)
        => MillwrightTool.RunAsync(args, new ToolContext(output, error, new ManualTimeProvider()), CancellationToken.None);
}
