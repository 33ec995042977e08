namespace Millwright.Simulation.Tests.Disk;

/// <summary>What is wrong with a disk, until it is put right.</summary>
internal sealed class DiskTrouble
{
    private const int InputOutput = 5;
    private const int NoSpace = 28;

    /// <summary>errno of every sync; 0 for none.</summary>
    public int Sync { get; private set; }

    /// <summary>errno of every write and creation; 0 for none.</summary>
    public int Write { get; private set; }

    /// <summary>How many operations it lasts at most.</summary>
    public int Lasts { get; private set; }

    public bool IsAny => Sync != 0 || Write != 0;

    public void Begin(Random random)
    {
        (Sync, Write) = random.Next(4) switch
        {
            0 => (NoSpace, 0),
            1 => (0, NoSpace),
            2 => (0, InputOutput),
            _ => (InputOutput, 0),
        };
        Lasts = 1 + random.Next(8);
    }

    public void End() => (Sync, Write, Lasts) = (0, 0, 0);

    /// <summary>Counts an operation that failed by it.</summary>
    public void Wear()
    {
        if (--Lasts <= 0)
        {
            End();
        }
    }
}
