using Millwright.Simulation.Tests.World;

namespace Millwright.Simulation.Tests;

/// <summary>Runs that once failed. A row repeats the schedule as far as the code that draws from the seed is the same.</summary>
public sealed class RegressionSeedTests
{
    /// <summary>Seed, messages per device, rounds, and what it was.</summary>
    public static TheoryData<int, int, int, string> RegressionSeeds() => new()
    {
        { 21, 36, 110, "A segment whose first sync failed stayed on the disk, and broke the chain of segments at the next start." },
        { 1, 36, 110, "After a failed sync and a restart the log synced again, and believed pages that never reached the disk." },
        { 53, 36, 110, "A twin back at its checkpoint before the last used sequences again; its incident could drop a new alert." },
        { 8137, 28, 90, "A start on a full disk deleted the only segment, which was empty, and positions began again at 0." },
        { 80, 36, 110, "A power cut took the commit of an alert that had come out; a replay need not find silence again." },
        { 5039, 28, 90, "After a damaged checkpoint the replay did not find an alert that had come out; it stayed active for ever." },
        { 9296, 28, 90, "As 5039, and the alert had reached the list of alerts and not its incident." },
    };

    [Theory]
    [MemberData(nameof(RegressionSeeds))]
    public void Seed_Passes(int seed, int messages, int rounds, string was)
    {
        RunReport report = SimulatedWorld.Run(new RunOptions { Seed = seed, MessagesPerDevice = messages, Rounds = rounds });

        Assert.True(report.Passed, $"{was}\n{report}");
    }
}
