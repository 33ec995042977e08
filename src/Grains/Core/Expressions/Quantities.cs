
namespace Millwright.Core.Expressions;

/// <summary>A node that is a number, in base units; NaN when it cannot be known yet.</summary>
internal abstract record Quantity
{
    public abstract double At(in ExpressionFrame frame);

    /// <summary>Position of the first metric in it, reading from the left; -1 when there is none.</summary>
    public virtual int Subject => -1;
}

/// <param name="Written">As it was written, in its own unit.</param>
internal sealed record Constant(double Value, double Written) : Quantity
{
    public override double At(in ExpressionFrame frame) => Value;
}

internal sealed record MetricValue(int Position, Unit Unit) : Quantity
{
    public override int Subject => Position;

    public override double At(in ExpressionFrame frame) => Unit.ToBase(frame.Values[Position]);
}

/// <summary>How long ago, in event time, the last good sample was.</summary>
internal sealed record MetricAge(int Position) : Quantity
{
    public override int Subject => Position;

    public override double At(in ExpressionFrame frame) => double.IsNaN(frame.Values[Position])
        ? double.NaN : (frame.Ticks - frame.Seen[Position]) / (double)TimeSpan.TicksPerSecond;
}

internal sealed record WindowValue(int Position, int Window, WindowFunction Function, double Share, Unit Unit) : Quantity
{
    public override int Subject => Position;

    public override double At(in ExpressionFrame frame) =>
        Function.Of(frame.Windows[Window], Share) is { } value ? Unit.ToBase(value) : double.NaN;
}

internal sealed record Negation(Quantity Inner) : Quantity
{
    public override int Subject => Inner.Subject;

    public override double At(in ExpressionFrame frame) => -Inner.At(frame);
}

internal sealed record Magnitude(Quantity Inner) : Quantity
{
    public override int Subject => Inner.Subject;

    public override double At(in ExpressionFrame frame) => Math.Abs(Inner.At(frame));
}

internal sealed record Arithmetic(char Sign, Quantity Left, Quantity Right) : Quantity
{
    public override int Subject => Left.Subject >= 0 ? Left.Subject : Right.Subject;

    public override double At(in ExpressionFrame frame)
    {
        double left = Left.At(frame);
        double right = Right.At(frame);
        double result = Sign switch
        {
            '+' => left + right,
            '-' => left - right,
            '*' => left * right,
            _ => left / right,
        };

        // A division by zero says nothing about the plant.
        return double.IsFinite(result) ? result : double.NaN;
    }
}

/// <summary>The least or the greatest of several.</summary>
internal sealed record Extreme(bool IsGreatest, IReadOnlyList<Quantity> Items) : Quantity
{
    public override int Subject => Items.Select(i => i.Subject).FirstOrDefault(s => s >= 0, -1);

    public override double At(in ExpressionFrame frame)
    {
        double result = Items[0].At(frame);
        for (int i = 1; i < Items.Count; i++)
        {
            // Both give NaN when either side is NaN.
            result = IsGreatest ? Math.Max(result, Items[i].At(frame)) : Math.Min(result, Items[i].At(frame));
        }

        return result;
    }
}
