using Millwright.Plant;

namespace Millwright.Core.Twins;

/// <summary>
/// Compares the last in-order value of a metric. A metric that never had a good value, or has the index -1, fulfils nothing.
/// </summary>
/// <param name="Text">Set for a text comparison (equal and not equal only); then <paramref name="Value"/> is not used.</param>
public sealed record ConditionRule(int Metric, Comparison Comparison, double Value, string? Text = null)
{
    internal bool Holds(double value, string? text)
    {
        if (Text is not null)
        {
            bool same = string.Equals(Text, text, StringComparison.Ordinal);
            return Comparison == Comparison.Equal ? same : Comparison == Comparison.NotEqual && !same;
        }

        return Comparison switch
        {
            Comparison.Equal => value == Value,
            Comparison.NotEqual => value != Value,
            Comparison.Less => value < Value,
            Comparison.LessOrEqual => value <= Value,
            Comparison.Greater => value > Value,
            Comparison.GreaterOrEqual => value >= Value,
            _ => false,
        };
    }
}
