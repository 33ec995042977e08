using System.Globalization;
using Millwright.Spine.Tests.Stage;
using Millwright.Testing.Postgres;

namespace Millwright.Spine.Tests;

/// <summary>A silo on a PostgreSQL server. That it keeps what it acknowledged is in <see cref="KillTests"/>.</summary>
public sealed class PostgresTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    public static string[] Arguments(PostgresServer server, string schema) =>
    [
        "--Storage:Provider=postgres", $"--Storage:Postgres:ConnectionString={server.ConnectionString}", $"--Storage:Postgres:Schema={schema}",
    ];

    [PostgresFact]
    public async Task Demo_RunsOnIt_AndVerifies()
    {
        PostgresServer server = await PostgresServer.Shared;
        await using SiloProcess silo = await SiloProcess.StartAsync(null, ["--demo", .. Arguments(server, "demo")]);

        string count = await silo.Http.GetStringAsync("/api/2/search/things/count");
        Assert.True(int.Parse(count, CultureInfo.InvariantCulture) >= 12, $"{count} things");
        await Eventually.HoldsAsync(
            async () => (await silo.ListAsync("/api/v1/alerts?kind=raised")).Count > 0, Bound, "an alert is raised", () => silo.Log);
        Assert.Equal(0, await silo.StopAsync());

        (int exit, string said) = await Tool.RunAsync(["verify", "--postgres", server.ConnectionString, "--schema", "demo"]);
        Assert.True(exit == 0 && said.Contains("all whole", StringComparison.Ordinal), said);
        Assert.DoesNotContain("0 alerts", said.Split(", "));
    }

    [PostgresFact]
    public async Task ServerAway_HealthIsRed_AndTheSiloGoesOnWhenItIsBack()
    {
        await using PostgresServer server = await PostgresServer.StartNewAsync();
        await using SiloProcess silo = await SiloProcess.StartAsync(Repository.TestPlant("lyon"), Arguments(server, "away"));
        using var stream = new AcknowledgedStream(silo.MqttPort);
        List<StreamedMessage> plan =
        [
            .. Enumerable.Range(0, 3_000).Select(i => new StreamedMessage(
                "acme.lyon:press-1", new DateTimeOffset(2026, 1, 5, 6, 0, 0, TimeSpan.Zero).AddSeconds(i),
                new Dictionary<string, double> { ["pressure"] = 50 + (i % 17 / 8.0) })),
        ];
        Task streaming = stream.RunAsync(plan);
        stream.Allow(1_000);
        await AcknowledgedAsync(1_000);

        await server.StopAsync();
        await Eventually.HoldsAsync(
            async () => (await silo.Http.GetAsync("/health/ready")).StatusCode == System.Net.HttpStatusCode.ServiceUnavailable,
            Bound, "health is red", () => silo.Log);

        // The log takes samples whether or not the store is there.
        stream.Allow(1_000);
        await AcknowledgedAsync(2_000);
        await server.StartAsync();
        stream.Allow(1_000);
        await streaming.WaitAsync(Bound);
        await Eventually.HoldsAsync(
            async () => (await silo.Http.GetAsync("/health/ready")).IsSuccessStatusCode, Bound, "health is green", () => silo.Log);
        await Eventually.HoldsAsync(
            async () => (await silo.HistoryAsync("acme.lyon:press-1", "pressure", plan[0].EventTime, plan[^1].EventTime.AddSeconds(1))).Count == 3_000,
            Bound, "all samples are history", () => silo.Log);

        Task AcknowledgedAsync(int messages) => Eventually.HoldsAsync(
            () => Task.FromResult(stream.Messages >= messages), Bound, $"{messages} messages are acknowledged", () => silo.Log);
    }

    [Fact]
    public async Task FaultyOptions_AreSaid_AndNothingStarts()
    {
        (int exit, string errors) = await SiloProcess.RunToEndAsync("--Storage:Provider=oracle");
        Assert.Equal((4, true), (exit, errors.Contains("storage.provider:", StringComparison.Ordinal)));

        (exit, errors) = await SiloProcess.RunToEndAsync(
            "--Storage:Provider=postgres", "--Storage:Postgres:ConnectionString=Host=db;s3cret", "--Storage:Postgres:MaxConnections=many");
        Assert.Equal(4, exit);
        Assert.Contains("storage.postgres.", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", errors, StringComparison.Ordinal);
    }
}
