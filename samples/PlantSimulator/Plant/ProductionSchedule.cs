namespace Millwright.Simulation.Plant;

/// <summary>
/// A repeating shift plan, counted from the start of the simulation and not from the wall clock, so that a visitor at three in the
/// morning finds a plant at work too.
/// </summary>
internal sealed class ProductionSchedule(params (LineState State, TimeSpan Length)[] blocks)
{
    private readonly TimeSpan cycle = blocks.Aggregate(TimeSpan.Zero, (sum, b) => sum + b.Length);

    public LineState At(TimeSpan offset)
    {
        var rest = TimeSpan.FromTicks(offset.Ticks % cycle.Ticks);
        foreach ((LineState state, TimeSpan length) in blocks)
        {
            if (rest < length)
            {
                return state;
            }

            rest -= length;
        }

        return blocks[^1].State;
    }
}
