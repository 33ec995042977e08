using System.Net;
using Millwright.Spine.Tests.Stage;
using Xunit.Abstractions;

namespace Millwright.Spine.Tests.Faults;

/// <summary>
/// The disk of a running silo fails at random instants and comes back. <c>DISK_FAULTS</c> says how often for each kind of fault.
/// </summary>
public sealed class FailingDiskTests(ITestOutputHelper output)
{
    private const int InputOutput = 5;
    private const int NoSpace = 28;
    private const int ReadOnly = 30;

    private static readonly int MessagesPerFault = FaultPlan.FaultEvery * FaultPlan.AssetCount;

    [Theory]
    [InlineData("fsync", InputOutput)]
    [InlineData("fsync", NoSpace)]
    [InlineData("write", NoSpace)]
    [InlineData("write", ReadOnly)]
    public async Task FailingDisk_StopsAcknowledging_IsRed_AndComesBackByItself(string call, int errno)
    {
        int faults = FaultPlan.Runs("DISK_FAULTS", 3);
        int seed = FaultPlan.Runs("SEED", 20260105);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var disk = new FaultDisk(isJournalled: false);
        await using SiloProcess silo = await SiloProcess.StartOnAsync(
            disk, Repository.TestPlant("lyon"), "--Twins:CheckpointInterval=00:00:00.5", "--Ingest:Log:RetryPause=00:00:00.05");
        using var stream = new AcknowledgedStream(silo.MqttPort);
        Task streaming = stream.RunAsync(FaultPlan.Messages(faults + 1));
        for (int fault = 1; fault <= faults; fault++)
        {
            stream.Allow(MessagesPerFault / 2);
            int until = ((fault - 1) * MessagesPerFault) + random.Next(MessagesPerFault / 2);
            await Eventually.HoldsAsync(
                () => Task.FromResult(stream.Messages >= until), FaultPlan.Bound, $"{until} messages are acknowledged", () => silo.Log);
            Fail(disk, call, errno);

            // What is still under way when the disk fails may be nothing; this meets it for sure.
            stream.Allow(MessagesPerFault / 2);
            await ReadyIsAsync(silo, HttpStatusCode.ServiceUnavailable);
            await TriedAgainAsync(silo, disk);

            // Answers that had left before the disk failed have arrived by now. From here on there is none.
            int acknowledged = stream.Messages;
            await TriedAgainAsync(silo, disk);
            Assert.Equal(acknowledged, stream.Messages);
            Assert.True(silo.IsUp);

            disk.Mend();
            await ReadyIsAsync(silo, HttpStatusCode.OK);
            output.WriteLine($"{call} failed with {errno} at {acknowledged} messages");
        }

        stream.Allow(MessagesPerFault);
        await streaming.WaitAsync(FaultPlan.Bound);
        await FaultPlan.AssertNothingLostNothingTwiceAsync(silo, stream, faults + 1, faults * FaultPlan.MostRetracted);
    }

    private static void Fail(FaultDisk disk, string call, int errno)
    {
        if (call == "fsync")
        {
            disk.FailSync(errno);
        }
        else
        {
            disk.FailWrite(errno);
        }
    }

    private static Task TriedAgainAsync(SiloProcess silo, FaultDisk disk)
    {
        long failed = disk.FailedSyncs + disk.FailedWrites;
        return Eventually.HoldsAsync(
            () => Task.FromResult(disk.FailedSyncs + disk.FailedWrites >= failed + 3), FaultPlan.Bound, "it was tried again", () => silo.Log);
    }

    private static Task ReadyIsAsync(SiloProcess silo, HttpStatusCode status) => Eventually.HoldsAsync(
        async () =>
        {
            using HttpResponseMessage answer = await silo.Http.GetAsync("/health/ready");
            return answer.StatusCode == status;
        },
        FaultPlan.Bound,
        $"/health/ready is {status}",
        () => silo.Log);
}
