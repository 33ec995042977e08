namespace Millwright.Simulation.Tests.Disk;

/// <summary>The simulated disk forgets what real ones forget, and keeps what they keep.</summary>
public sealed class SimulatedFileTests
{
    [Fact]
    public void Synced_SurvivesEveryPowerCut()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var file = new SimulatedFile();
            file.Write(Bytes(1), 0);
            file.Sync();
            file.Write(Bytes(2), 2_000);

            file.CutPower(new Random(seed));

            Assert.Equal(Bytes(1), Content(file, 2_000));
        }
    }

    [Fact]
    public void Unsynced_IsLostWholeOrInPart()
    {
        HashSet<int> kept = [];
        for (int seed = 0; seed < 100; seed++)
        {
            var file = new SimulatedFile();
            file.Write(Bytes(1), 0);

            file.CutPower(new Random(seed));

            kept.Add(Content(file, 2_000).Count(b => b == 1));
        }

        Assert.Contains(0, kept);
        Assert.Contains(2_000, kept);
        Assert.True(kept.Count > 5);
    }

    [Fact]
    public void LaterSync_DoesNotBringBackWhatAFailedOneLost()
    {
        int lost = 0;
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var file = new SimulatedFile();
            file.Write(Bytes(1), 0);
            file.FailSync(random);
            Assert.Equal(Bytes(1), Content(file, 2_000));
            file.Sync();

            file.CutPower(random);

            lost += Content(file, 2_000).Contains((byte)0) ? 1 : 0;
        }

        Assert.InRange(lost, 20, 100);
    }

    [Fact]
    public void DirectoryChanges_AreKeptInTheirOrder()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var disk = new SimulatedDisk();
            disk.Make("a").Sync();
            disk.SyncDirectory();
            disk.Make("b").Sync();
            disk.Remove("a");

            disk.CutPower(new Random(seed));

            Assert.Contains(string.Concat(disk.Names), new[] { "a", "ab", "b" });
        }
    }

    private static byte[] Bytes(byte value) => [.. Enumerable.Repeat(value, 2_000)];

    private static byte[] Content(SimulatedFile file, int count)
    {
        var bytes = new byte[count];
        file.Read(bytes, 0);
        return bytes;
    }
}
