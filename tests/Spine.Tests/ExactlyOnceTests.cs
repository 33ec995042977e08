using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests;

/// <summary>QoS 2 through <c>kill -9</c>, told by counting: without times of their own, two equal samples are two samples.</summary>
public sealed class ExactlyOnceTests(ITestOutputHelper output)
{
    private const int Kills = 5;
    private const int BetweenKills = 400;
    private const int Messages = (Kills + 1) * BetweenKills;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task KilledFiveTimes_CountsEachQos2MessageOnce()
    {
        await using SiloProcess silo = await SiloProcess.StartAsync(Repository.TestPlant("lyon"));
        await using var publisher = new PersistentPublisher(silo.MqttPort, "telemetry/acme.lyon/press-1");
        for (int kill = 0; kill < Kills; kill++)
        {
            Task streaming = publisher.PublishAsync(BetweenKills);

            // Anywhere in the midst of the handshakes.
            await publisher.CompletedAsync((kill * BetweenKills) + (BetweenKills / 4) + (kill * 37));
            await silo.KillAsync();
            await silo.StartAsync();
            await streaming.WaitAsync(Bound);
        }

        await publisher.PublishAsync(BetweenKills).WaitAsync(Bound);

        double count = 0;
        await Eventually.HoldsAsync(
            async () => (count = await CountAsync(silo)) >= Messages,
            Bound,
            $"{Messages} samples are counted",
            () => $"{count}\n{silo.Log}");
        output.WriteLine($"{Messages} messages, {publisher.Repeated} sent again, {publisher.Reconnects} reconnects, {count} samples");
        Assert.Equal(Messages, count);
        Assert.True(publisher.Repeated > 0, "No message was under way at any kill: the test proved nothing.");
    }

    /// <summary>Samples that met a fate other than duplicate, over all lives of the silo: what history and windows were made of.</summary>
    private static async Task<double> CountAsync(SiloProcess silo)
    {
        FateSums fates = await silo.FatesAsync();
        Assert.Equal((0, 0, 0), (fates.Duplicate, fates.Dropped, fates.Rejected));
        return fates.Accepted + fates.Amended;
    }
}
