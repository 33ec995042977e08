using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Core.Quality.Curves;

public sealed partial class CurveModel
{
    private const byte StateVersion = 1;

    /// <summary>Far beyond any logarithm of a feature, and its square.</summary>
    private const double MaxStored = 1e6;

    private const long MaxCount = long.MaxValue / 2;

    public void Save(StateWriter writer)
    {
        writer.Byte(StateVersion);
        writer.Text(options.Version);
        writer.Boolean(IsReady);
        writer.Int64(learned);
        writer.Int64(clock);
        writer.Doubles(center);
        writer.Doubles(total);
        writer.Doubles(within);
        writer.Int32(waiting.Count);
        foreach ((string programme, double[] scaled) in waiting)
        {
            writer.Text(programme);
            writer.Doubles(scaled);
        }

        writer.Int32(programmes.Count);
        foreach ((string name, Programme programme) in programmes)
        {
            writer.Text(name);
            writer.Int32(programme.Learned);
            writer.Int64(programme.LastTaught);
            writer.Doubles(programme.Mean);
        }
    }

    /// <summary>
    /// Into a model that has seen nothing. False when the state is of another version of the definition: the model stays new.
    /// </summary>
    /// <exception cref="StateFormatException">
    /// The bytes are no state, or one that no model writes; this half-read model is of no use then. What is accepted can be judged by:
    /// any other exception, at each of its steps, would stop a line's quality book for good.
    /// </exception>
    public bool Restore(StateReader reader)
    {
        Invariant.Holds(clock == 0 && waiting.Count == 0);
        reader.Version(StateVersion);
        if (reader.Text() != options.Version)
        {
            return false;
        }

        IsReady = reader.Boolean();
        learned = reader.Int64();
        clock = reader.Int64();
        Read(reader, center);
        Read(reader, total);
        Read(reader, within);
        ReadWaiting(reader);
        ReadProgrammes(reader);
        Check(learned is >= 0 and <= MaxCount && clock is >= 0 and <= MaxCount, "A count is out of range.");
        Check(IsReady ? waiting.Count == 0 : programmes.Count == 0, "A warm-up that is over, or not, contradicts its lists.");
        Check(!IsReady || (IsSpread(Spread(0)) && IsSpread(Spread(1))), "A spread is not positive definite.");
        return true;
    }

    private static void Check(bool condition, string fault)
    {
        if (!condition)
        {
            throw new StateFormatException(fault);
        }
    }

    // What lies between two of them is one too, so no judgement meets another.
    private static bool IsSpread(double[] spread) => Cholesky.TryFactor(spread, Features);

    private void ReadWaiting(StateReader reader)
    {
        for (int count = reader.Count(Features * 8); count > 0; count--)
        {
            string name = reader.Text() ?? throw new StateFormatException("A programme has no name.");
            double[] scaled = new double[Features];
            Read(reader, scaled);
            waiting.Add((name, scaled));
        }
    }

    private void ReadProgrammes(StateReader reader)
    {
        int count = reader.Count(Features * 8);
        Check(count <= MaxProgrammes, "More programmes than are kept.");
        for (; count > 0; count--)
        {
            string name = reader.Text() ?? throw new StateFormatException("A programme has no name.");
            var programme = new Programme { Learned = reader.Int32(), LastTaught = reader.Int64() };
            Read(reader, programme.Mean);
            Check(programme.Learned is > 0 and < int.MaxValue && programme.LastTaught >= 0, "A programme was never learned.");
            Check(programmes.TryAdd(name, programme), "A programme is there twice.");
        }
    }

    private static void Read(StateReader reader, double[] target)
    {
        double[] values = reader.Doubles();
        Check(values.Length == target.Length, "A list of values has another length.");
        Check(values.All(v => Math.Abs(v) <= MaxStored), "A value is no number, or out of range.");
        values.CopyTo(target, 0);
    }
}
