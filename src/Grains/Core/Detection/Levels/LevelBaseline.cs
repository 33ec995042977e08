using Millwright.Core.State;

namespace Millwright.Core.Detection.Levels;

/// <summary>What is normal for one metric in one operating state: its level, how far it moves by itself, and its noise.</summary>
internal sealed class LevelBaseline
{
    /// <summary>The level, in the metric's unit.</summary>
    public double Level { get; set; }

    /// <summary>Cells behind the level: after a new start few, so that it is soon at home.</summary>
    public int LevelCells { get; set; }

    /// <summary>Usual movement of the mean over each window, in the metric's unit.</summary>
    public double[] Movements { get; } = new double[LevelTrack.Windows.Length];

    public int MovementCells { get; set; }

    /// <summary>Standard deviation of one cell if cells were independent, from the differences of neighbours.</summary>
    public double Noise { get; set; }

    public int Cells { get; set; }

    /// <summary>Cells in a row far from the level during the warm-up.</summary>
    public int FarCells { get; set; }

    public void Save(StateWriter writer)
    {
        writer.Double(Level);
        writer.Int32(LevelCells);
        writer.Int32(MovementCells);
        writer.Double(Noise);
        writer.Int32(Cells);
        writer.Int32(FarCells);
        foreach (double movement in Movements)
        {
            writer.Double(movement);
        }
    }

    public static LevelBaseline Restore(StateReader reader)
    {
        LevelBaseline baseline = new()
        {
            Level = reader.Double(),
            LevelCells = reader.Int32(),
            MovementCells = reader.Int32(),
            Noise = reader.Double(),
            Cells = reader.Int32(),
            FarCells = reader.Int32(),
        };
        for (int window = 0; window < baseline.Movements.Length; window++)
        {
            baseline.Movements[window] = reader.Double();
        }

        return double.IsFinite(baseline.Level) && double.IsFinite(baseline.Noise)
            && Math.Min(Math.Min(baseline.LevelCells, baseline.MovementCells), Math.Min(baseline.Cells, baseline.FarCells)) >= 0
            ? baseline
            : throw new StateFormatException("A stored level is no number.");
    }
}
