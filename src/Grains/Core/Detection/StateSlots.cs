using Millwright.Core.State;

namespace Millwright.Core.Detection;

/// <summary>
/// Gives each operating state a slot, so that a baseline per state is an array element. The slots are few: a state beyond them takes over
/// the slot of the state that was left longest ago, whose baseline is then forgotten. A plant with more states than slots loses warm-up
/// time, never memory.
/// </summary>
internal sealed class StateSlots
{
    public const int MaxStates = 8;
    private const int FirstLeft = -3;

    private readonly string?[] names = new string?[MaxStates];
    private readonly long[] entered = new long[MaxStates];
    private long entries;
    private int current = -1;

    /// <param name="taken">True when the slot held another state until now: what was learned in it must be dropped.</param>
    public int SlotOf(string state, out bool taken)
    {
        taken = false;
        if (IsCurrent(state))
        {
            return current;
        }

        int slot = Array.IndexOf(names, state);
        if (slot < 0)
        {
            slot = Oldest();
            taken = names[slot] is not null;
            names[slot] = state;
        }

        current = slot;
        entered[slot] = ++entries;
        return slot;
    }

    /// <summary>The slot that holds a state; -1 for none.</summary>
    public int Find(string state) => Array.IndexOf(names, state);

    /// <summary>The state that a slot holds; null for none.</summary>
    public string? NameOf(int slot) => slot >= 0 ? names[slot] : null;

    public bool IsCurrent(string state) => current >= 0 && string.Equals(names[current], state, StringComparison.Ordinal);

    public void Save(StateWriter writer)
    {
        writer.Int64(entries);
        writer.Int32(current);
        for (int slot = 0; slot < MaxStates; slot++)
        {
            writer.Text(names[slot]);
            writer.Int64(entered[slot]);
        }
    }

    public void Restore(StateReader reader)
    {
        entries = reader.Int64();
        current = ReadSlot(reader);

        for (int slot = 0; slot < MaxStates; slot++)
        {
            names[slot] = reader.Text();
            entered[slot] = reader.Int64();
        }
    }

    /// <summary>
    /// The mark of a slot whose state was left unseen: whoever comes back to it has been away, though it is the same state. What has no
    /// slot keeps its mark.
    /// </summary>
    public static int Left(int slot) => slot >= 0 ? FirstLeft - slot : slot;

    /// <summary>The slot that is meant, also when it was left; negative when none is.</summary>
    public static int Known(int slot) => slot <= FirstLeft ? FirstLeft - slot : slot;

    /// <summary>
    /// Reads a slot number that a detector stored: -1 is none yet, -2 one that was taken over by another state, those below were left.
    /// </summary>
    public static int ReadSlot(StateReader reader)
    {
        int slot = reader.Int32();
        return slot > FirstLeft - MaxStates && slot < MaxStates
            ? slot
            : throw new StateFormatException($"Operating state slot {slot} does not exist.");
    }

    private int Oldest()
    {
        int oldest = 0;
        for (int slot = 1; slot < MaxStates; slot++)
        {
            // An empty slot was never entered: its zero wins, the lowest first.
            if (entered[slot] < entered[oldest])
            {
                oldest = slot;
            }
        }

        return oldest;
    }
}
