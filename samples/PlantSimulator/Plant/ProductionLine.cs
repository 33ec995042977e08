using System.Globalization;

namespace Millwright.Simulation.Plant;

/// <summary>
/// A line with a fixed takt. Time counts only while it runs; at each takt every unit moves one station on, and each station has
/// then finished one step on the unit it held.
/// </summary>
internal sealed class ProductionLine(string key, string serialPrefix, TimeSpan takt, ProductionSchedule schedule)
{
    private double running;
    private long cycles;

    public string Key { get; } = key;

    public LineState State { get; private set; }

    /// <summary>Progress of the current cycle, 0 to 1.</summary>
    public double Phase { get; private set; }

    /// <summary>True in the one tick in which a cycle ends.</summary>
    public bool CycleEnded { get; private set; }

    /// <summary>1 while running, else 0.</summary>
    public double Running => State == LineState.Running ? 1 : 0;

    public void Advance(TimeSpan offset, double seconds)
    {
        State = schedule.At(offset);
        CycleEnded = false;
        if (State != LineState.Running)
        {
            return;
        }

        running += seconds;
        long completed = (long)(running / takt.TotalSeconds);
        CycleEnded = completed > cycles;
        cycles = completed;
        Phase = (running / takt.TotalSeconds) - completed;
    }

    /// <summary>
    /// Serial number of the unit that station <paramref name="station"/> (from 0) has just finished; null when it was still empty.
    /// </summary>
    public string? FinishedUnit(int station, DateTimeOffset start)
    {
        long number = cycles - station;

        // The start is part of the serial number: a demo that starts again over an old store makes new units.
        return number < 1 ? null : string.Create(CultureInfo.InvariantCulture, $"{serialPrefix}-{start:yyMMddHHmmss}-{number:D5}");
    }

    public string StateName => State switch
    {
        LineState.Off => "off",
        LineState.Idle => "idle",
        LineState.Setup => "setup",
        _ => "running",
    };
}
