namespace Millwright.Simulation.Plant;

/// <summary>What the machines take from the common supply in this tick; the compressors and meters read it one tick later.</summary>
internal sealed class Utilities
{
    private readonly Dictionary<string, double> power = new(StringComparer.Ordinal);

    /// <summary>Compressed air taken, m3/h.</summary>
    public double Air { get; private set; }

    /// <summary>Water taken, m3/h.</summary>
    public double Water { get; private set; }

    /// <summary>Heat load on the cooling circuit, 0 to 1.</summary>
    public double Heat { get; private set; }

    private double nextAir;
    private double nextWater;
    private double nextHeat;
    private readonly Dictionary<string, double> nextPower = new(StringComparer.Ordinal);

    public double PowerOf(string area) => power.GetValueOrDefault(area);

    public void TakePower(string area, double kilowatts) => nextPower[area] = nextPower.GetValueOrDefault(area) + kilowatts;

    public void TakeAir(double cubicMetresPerHour) => nextAir += cubicMetresPerHour;

    public void TakeWater(double cubicMetresPerHour) => nextWater += cubicMetresPerHour;

    public void AddHeat(double share) => nextHeat += share;

    public void EndTick()
    {
        (Air, Water, Heat) = (nextAir, nextWater, nextHeat);
        (nextAir, nextWater, nextHeat) = (0, 0, 0);
        power.Clear();
        foreach ((string area, double kilowatts) in nextPower)
        {
            power[area] = kilowatts;
        }

        nextPower.Clear();
    }
}
