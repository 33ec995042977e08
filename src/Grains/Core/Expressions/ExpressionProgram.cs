using System.Collections.Immutable;
using Millwright.Core.Windows;

namespace Millwright.Core.Expressions;

/// <summary>
/// A user's rule over metrics and their trailing windows, read and checked against the asset's metrics and units:
/// <c>mean(flow, 30 s) &lt; 5 L/min and current &gt; 0.6 * quantile(current, 10 min, 0.9)</c>. docs/expressions.md has the language.
/// </summary>
public sealed class ExpressionProgram
{
    public const int MaxLength = 2_000;
    public const int MaxMetrics = 32;
    public const int MaxWindows = 16;

    internal ExpressionProgram(Truth condition, ImmutableArray<int> metrics, ImmutableArray<(int Position, WindowRule Rule)> windows) =>
        (Condition, Metrics, Windows) = (condition, metrics, windows);

    /// <summary>Indices into the twin's metric table, ascending; a position is a place in this list.</summary>
    public ImmutableArray<int> Metrics { get; }

    internal Truth Condition { get; }

    internal ImmutableArray<(int Position, WindowRule Rule)> Windows { get; }

    /// <summary>Null when there is a fault.</summary>
    public static ExpressionProgram? TryCompile(string text, IReadOnlyList<ExpressionMetric> metrics, out ExpressionFault? fault)
    {
        try
        {
            fault = null;
            return new ExpressionReader(text, metrics).Read();
        }
        catch (ExpressionFaultException found)
        {
            fault = found.Fault;
            return null;
        }
    }
}
