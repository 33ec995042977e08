namespace Millwright.Simulation.Tests.World;

/// <summary>
/// What may go wrong in one run. Each run has only some of it: bugs that need quiet elsewhere are found too.
/// </summary>
internal sealed record Appetite(bool Kills, bool PowerCuts, bool Disk, bool Store, bool Rot, bool Clock, bool Deactivations, int Network)
{
    public static Appetite Draw(RunOptions options, Random random)
    {
        if (options.PowerCutsOnly > 0)
        {
            return new Appetite(false, true, false, false, false, false, false, 0);
        }

        bool Chance() => random.Next(2) == 0;
        return new Appetite(Chance(), Chance(), Chance(), Chance(), Chance(), Chance(), Chance(), Chance() ? 5 + random.Next(30) : 0);
    }
}
