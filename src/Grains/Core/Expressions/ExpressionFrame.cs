using Millwright.Core.Windows;


namespace Millwright.Core.Expressions;

/// <summary>What holds at the instant at which an expression is evaluated. Values and windows are in the metrics' own units.</summary>
/// <param name="Values">By position; NaN before the first sample.</param>
/// <param name="Seen">By position: event time of the value.</param>
internal readonly record struct ExpressionFrame(
    double[] Values, long[] Seen, SlidingWindow[] Windows, string OperatingState, long Ticks);
