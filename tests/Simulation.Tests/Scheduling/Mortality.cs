namespace Millwright.Simulation.Tests.Scheduling;

/// <summary>The life of one simulated process. It may be told to end at its n-th write, to log or store, whichever comes.</summary>
internal sealed class Mortality
{
    private int writesLeft = int.MaxValue;

    public bool IsDead { get; private set; }

    public bool IsArmed => writesLeft != int.MaxValue;

    public void DieAtWrite(int count) => writesLeft = count;

    /// <summary>First thing in every port: the dead do not write.</summary>
    public void Check()
    {
        if (IsDead)
        {
            throw new ProcessDeadException();
        }
    }

    /// <summary>Counts a write; true when the process ends in the middle of it.</summary>
    public bool Strikes()
    {
        Check();
        if (writesLeft == int.MaxValue)
        {
            return false;
        }

        return --writesLeft <= 0;
    }

    public void Die() => IsDead = true;

    public ProcessDeadException Fall()
    {
        Die();
        return new ProcessDeadException();
    }
}
