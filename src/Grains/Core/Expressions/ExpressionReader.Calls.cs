using System.Collections.Immutable;
using Millwright.Core.Windows;

namespace Millwright.Core.Expressions;

internal sealed partial class ExpressionReader
{
    private static readonly string[] PlainFunctions = ["abs", "least", "greatest", "age"];

    private QuantityOperand Call(Token name)
    {
        switch (name.Text)
        {
            case "abs":
                QuantityOperand inner = Scaled(AsQuantity(Sum()));
                Expect(")");
                return inner with { Node = new Magnitude(inner.Node), Column = name.Column };
            case "least" or "greatest":
                return Extreme(name);
            case "age":
                ExpressionMetric metric = MetricArgument();
                Expect(")");
                aged ??= name;
                return new QuantityOperand(new MetricAge(positions.IndexOf(metric.Index)), Unit.Second, name.Column);
            default:
                return WindowFunction.All.TryGetValue(name.Text, out WindowFunction? function)
                    ? Window(name, function) : throw Unknown(name);
        }
    }

    private QuantityOperand Extreme(Token name)
    {
        List<QuantityOperand> items = [AsQuantity(Sum())];
        while (IsSign(","))
        {
            Token comma = Now;
            at++;
            items.Add(AsQuantity(Sum()));
            RequireComparable(items[0], items[^1], comma);
        }

        Expect(")");
        if (items.Find(i => i.IsDifference) is { } difference)
        {
            items = items.ConvertAll(i => Beside(i, difference, name));
        }

        return new QuantityOperand(
            new Extreme(name.Text == "greatest", [.. items.Select(i => i.Node)]),
            items[0].Unit,
            name.Column,
            items.Exists(i => i.IsDifference));
    }

    private QuantityOperand Window(Token name, WindowFunction function)
    {
        ExpressionMetric metric = MetricArgument();
        Expect(",");
        TimeSpan size = Duration();
        double share = 0.5;
        if (function.Name == "quantile")
        {
            Expect(",");
            Token number = Now;
            at++;
            share = number.Number;
            if (number.Kind != TokenKind.Number || number.Unit.Length > 0 || share is not (> 0 and < 1))
            {
                throw new ExpressionFaultException(number.Column, "the share of a quantile is a number above 0 and below 1");
            }
        }

        Expect(")");
        Unit unit = function.UnitOf(Unit.Of(metric.Unit)) ?? throw new ExpressionFaultException(
            name.Column, $"{name.Text} has no meaning for a temperature in {metric.Unit}: its zero is arbitrary");
        return new QuantityOperand(
            new WindowValue(positions.IndexOf(metric.Index), WindowOf(metric, size, function, share, name), function, share, unit),
            unit,
            name.Column,
            function.IsDifference);
    }

    /// <summary>One window serves all figures of one metric over one size.</summary>
    private int WindowOf(ExpressionMetric metric, TimeSpan size, WindowFunction function, double share, Token name)
    {
        var rule = new WindowRule
        {
            Kind = WindowKind.Sliding,
            Size = size,
            Aggregates = function.Needs,
            Quantiles = function.Needs.HasFlag(WindowAggregates.Quantiles) ? [share] : [],
        };
        int index = windows.FindIndex(w => w.Metric == metric.Index && w.Rule.Size == size);
        if (index < 0)
        {
            if (windows.Count == ExpressionProgram.MaxWindows)
            {
                throw new ExpressionFaultException(name.Column, $"more than {ExpressionProgram.MaxWindows} windows");
            }

            windows.Add((metric.Index, rule));
            return windows.Count - 1;
        }

        ImmutableArray<double> shares = [.. windows[index].Rule.Quantiles.Union(rule.Quantiles).Order()];
        if (shares.Length > WindowRule.MaxQuantiles)
        {
            throw new ExpressionFaultException(name.Column, $"more than {WindowRule.MaxQuantiles} quantiles of one window");
        }

        windows[index] = (metric.Index, windows[index].Rule.With(rule));
        return index;
    }

    private ExpressionMetric MetricArgument()
    {
        Token token = Now;
        at++;
        return token.Kind == TokenKind.Name
            ? MetricOf(token) : throw new ExpressionFaultException(token.Column, "a metric's name is expected here");
    }

    private TimeSpan Duration()
    {
        Token token = Now;
        at++;
        if (token.Kind != TokenKind.Number || !UnitOf(token).IsComparableWith(Unit.Second))
        {
            throw new ExpressionFaultException(token.Column, "the size of a window is a duration, e.g. 30 s or 10 min");
        }

        double ticks = Math.Round(UnitOf(token).ToBase(token.Number) * TimeSpan.TicksPerSecond);
        return ticks >= 1 && ticks <= WindowRule.Longest.Ticks
            ? TimeSpan.FromTicks((long)ticks)
            : throw new ExpressionFaultException(
                token.Column, $"a window is at least 100 ns and at most {WindowRule.Longest.TotalDays} d long");
    }

    private ExpressionMetric MetricOf(Token token)
    {
        if (!metrics.TryGetValue(token.Text, out ExpressionMetric? metric))
        {
            throw Unknown(token);
        }

        return metric.IsText ? throw new ExpressionFaultException(token.Column, $"{token.Text} is a text, not a number") : metric;
    }

    private Unit UnitOf(Token number)
    {
        if (number.Unit.Length == 0 || Unit.TryParse(number.Unit, out _) || metrics.Values.Any(m => m.Unit == number.Unit))
        {
            return Unit.Of(number.Unit);
        }

        throw new ExpressionFaultException(number.Column, $"the unit '{number.Unit}' is unknown; operators stand between spaces");
    }

    private ExpressionFaultException Unknown(Token name)
    {
        string[] known = [.. metrics.Keys.Order(StringComparer.Ordinal)];
        string functions = string.Join(", ", PlainFunctions.Concat(WindowFunction.All.Keys.Order(StringComparer.Ordinal)));
        return new ExpressionFaultException(
            name.Column, $"'{name.Text}' is unknown; metrics are {string.Join(", ", known)}; functions are {functions}");
    }

    private bool IsSign(string text) => Now.Kind == TokenKind.Sign && Now.Text == text;

    private bool TakeSign(string text)
    {
        bool isIt = IsSign(text);
        at += isIt ? 1 : 0;
        return isIt;
    }

    private void Expect(string sign)
    {
        if (!TakeSign(sign))
        {
            throw Unexpected($"'{sign}'");
        }
    }

    private ExpressionFaultException Unexpected(string wanted) => new(Now.Column, $"{wanted} is expected here, not {Shown(Now)}");

    private static string Shown(Token token) => token.Kind == TokenKind.End ? token.Text : $"'{token.Text}'";

    private static Truth AsTruth(Operand operand) => operand is TruthOperand truth
        ? truth.Node : throw new ExpressionFaultException(operand.Column, $"a condition is expected here, not {operand.TypeName}");

    private static QuantityOperand AsQuantity(Operand operand) => operand as QuantityOperand
        ?? throw new ExpressionFaultException(operand.Column, $"a number is expected here, not {operand.TypeName}");

    private static QuantityOperand Scaled(QuantityOperand operand) => operand.Unit.Offset == 0
        ? operand : throw new ExpressionFaultException(
            operand.Column, "a temperature whose zero is arbitrary has no multiple; take a difference first");

    /// <summary>
    /// Beside a difference of temperatures <c>5 Cel</c> are 5 degrees and no place on the scale, which would be 278.15 K. Of a metric in
    /// Cel nobody knows which of the two it is.
    /// </summary>
    private static QuantityOperand Beside(QuantityOperand operand, QuantityOperand other, Token sign) =>
        !other.IsDifference || operand.Unit.Offset == 0 ? operand
        : operand.Node is Constant constant ? operand with
        {
            Node = new Constant(constant.Written * operand.Unit.Factor, constant.Written),
            Unit = operand.Unit with { Offset = 0 },
            IsDifference = true,
        }
        : throw new ExpressionFaultException(
            sign.Column, $"'{sign.Text}' stands between a difference of temperatures and a temperature; take a difference of both");

    private static void RequireComparable(QuantityOperand left, QuantityOperand right, Token sign)
    {
        if (!left.Unit.IsComparableWith(right.Unit))
        {
            string advice = right.Node is Constant && right.Unit.IsDimensionless ? "; write the number with its unit" : "";
            throw new ExpressionFaultException(
                sign.Column, $"'{sign.Text}' stands between {left.Unit} and {right.Unit}, which differ{advice}");
        }
    }
}
