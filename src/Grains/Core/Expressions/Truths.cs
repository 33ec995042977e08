using System.Collections.Immutable;

namespace Millwright.Core.Expressions;

/// <summary>A node that holds, does not hold, or (null) cannot be known yet; combined as Kleene did (1938).</summary>
internal abstract record Truth
{
    public abstract bool? At(in ExpressionFrame frame);

    /// <summary>Adds the comparisons because of which it is <paramref name="value"/> now.</summary>
    public abstract void Explain(bool value, in ExpressionFrame frame, ICollection<Comparison> reasons);
}

/// <param name="Display">Unit in which both sides are shown.</param>
internal sealed record Comparison(string Sign, Quantity Left, Quantity Right, Unit Display) : Truth
{
    public override bool? At(in ExpressionFrame frame)
    {
        double left = Left.At(frame);
        double right = Right.At(frame);
        return double.IsNaN(left) || double.IsNaN(right)
            ? null
            : Sign switch
            {
                "<" => left < right,
                "<=" => left <= right,
                ">" => left > right,
                ">=" => left >= right,
                "==" => left == right,
                _ => left != right,
            };
    }

    public override void Explain(bool value, in ExpressionFrame frame, ICollection<Comparison> reasons)
    {
        if (At(frame) == value)
        {
            reasons.Add(this);
        }
    }
}

internal sealed record StateIs(string State, bool IsNegated) : Truth
{
    public override bool? At(in ExpressionFrame frame) => string.Equals(frame.OperatingState, State, StringComparison.Ordinal) != IsNegated;

    public override void Explain(bool value, in ExpressionFrame frame, ICollection<Comparison> reasons)
    {
        // No metric is to blame for the state.
    }
}

internal sealed record Not(Truth Inner) : Truth
{
    public override bool? At(in ExpressionFrame frame) => !Inner.At(frame);

    public override void Explain(bool value, in ExpressionFrame frame, ICollection<Comparison> reasons) =>
        Inner.Explain(!value, frame, reasons);
}

/// <summary>All of them, or any of them.</summary>
internal sealed record Junction(bool IsAll, ImmutableArray<Truth> Items) : Truth
{
    public override bool? At(in ExpressionFrame frame)
    {
        bool? result = IsAll;
        foreach (Truth item in Items)
        {
            bool? value = item.At(frame);
            if (value == !IsAll)
            {
                return !IsAll;
            }

            result = value is null ? null : result;
        }

        return result;
    }

    public override void Explain(bool value, in ExpressionFrame frame, ICollection<Comparison> reasons)
    {
        foreach (Truth item in Items)
        {
            if (item.At(frame) == value)
            {
                item.Explain(value, frame, reasons);
            }
        }
    }
}
