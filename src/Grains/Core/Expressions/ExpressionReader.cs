using System.Collections.Immutable;
using Millwright.Core.Windows;

namespace Millwright.Core.Expressions;

/// <summary>
/// Reads an expression by recursive descent and checks types and units on the way, so that a fault names the place where it is. All
/// arithmetic is in base units: 600 kPa is 6 bar wherever it is written.
/// </summary>
internal sealed partial class ExpressionReader
{
    private const int MaxDepth = 32;
    private readonly List<Token> tokens;
    private readonly Dictionary<string, ExpressionMetric> metrics;
    private readonly List<int> positions = [];
    private readonly List<(int Metric, WindowRule Rule)> windows = [];
    private int at;
    private int depth;

    // The first place where an age is asked for.
    private Token? aged;

    public ExpressionReader(string text, IReadOnlyList<ExpressionMetric> metrics)
    {
        if (text.Length > ExpressionProgram.MaxLength)
        {
            throw new ExpressionFaultException(ExpressionProgram.MaxLength, $"longer than {ExpressionProgram.MaxLength} characters");
        }

        this.metrics = metrics.ToDictionary(m => m.Name, StringComparer.Ordinal);
        tokens = Lexer.Read(text);

        // Positions are known before nodes are made of them.
        positions.AddRange(tokens.Where(t => t.Kind == TokenKind.Name && this.metrics.ContainsKey(t.Text))
            .Select(t => this.metrics[t.Text].Index).Distinct().Order());
    }

    private Token Now => tokens[at];

    public ExpressionProgram Read()
    {
        if (positions.Count > ExpressionProgram.MaxMetrics)
        {
            throw new ExpressionFaultException(1, $"names {positions.Count} metrics; {ExpressionProgram.MaxMetrics} are the most");
        }

        Operand whole = Either();
        if (Now.Kind != TokenKind.End)
        {
            throw Unexpected("the end or an operator");
        }

        Truth condition = AsTruth(whole);
        if (positions.Count == 0)
        {
            throw new ExpressionFaultException(1, "no metric is named: nothing would ever ask it");
        }

        if (aged is { } age && positions.Count == 1)
        {
            throw new ExpressionFaultException(
                age.Column, "a rule of one metric is judged when that metric comes, and its age is 0 then; use a detector of kind silence");
        }

        return new ExpressionProgram(
            condition, [.. positions], [.. windows.Select(w => (positions.IndexOf(w.Metric), w.Rule))]);
    }

    private Operand Either() => Joined("or", isAll: false, () => Joined("and", isAll: true, Negated));

    private Operand Joined(string word, bool isAll, Func<Operand> next)
    {
        Operand first = next();
        if (!IsSign(word))
        {
            return first;
        }

        List<Truth> items = [AsTruth(first)];
        while (TakeSign(word))
        {
            items.Add(AsTruth(next()));
        }

        return new TruthOperand(new Junction(isAll, [.. items]), first.Column);
    }

    private Operand Negated()
    {
        int column = Now.Column;
        return TakeSign("not") ? new TruthOperand(new Not(AsTruth(Deeper(Negated))), column) : Compared();
    }

    private Operand Compared()
    {
        Operand left = Sum();
        Token sign = Now;
        if (sign.Kind != TokenKind.Sign || sign.Text is not ("<" or "<=" or ">" or ">=" or "==" or "!="))
        {
            return left;
        }

        at++;
        Operand right = Sum();
        return (left, right) switch
        {
            (TextOperand l, TextOperand r) => CompareTexts(l, r, sign),
            (QuantityOperand l, QuantityOperand r) => CompareQuantities(l, r, sign),
            _ => throw new ExpressionFaultException(sign.Column, $"{left.TypeName} cannot be compared with {right.TypeName}"),
        };
    }

    private static TruthOperand CompareTexts(TextOperand left, TextOperand right, Token sign)
    {
        if (left.IsState == right.IsState || sign.Text is not ("==" or "!="))
        {
            throw new ExpressionFaultException(sign.Column, "texts are only compared as: state == 'name' or state != 'name'");
        }

        return new TruthOperand(new StateIs(left.IsState ? right.Text : left.Text, sign.Text == "!="), left.Column);
    }

    private static TruthOperand CompareQuantities(QuantityOperand left, QuantityOperand right, Token sign)
    {
        RequireComparable(left, right, sign);
        (left, right) = (Beside(left, right, sign), Beside(right, left, sign));
        Unit display = left.Node.Subject >= 0 ? left.Unit : right.Unit;
        return new TruthOperand(new Comparison(sign.Text, left.Node, right.Node, display), left.Column);
    }

    private Operand Sum()
    {
        Operand result = Product();
        while (Now is { Kind: TokenKind.Sign, Text: "+" or "-" } sign)
        {
            at++;
            QuantityOperand left = AsQuantity(result);
            QuantityOperand right = AsQuantity(Product());
            RequireComparable(left, right, sign);
            bool isSum = sign.Text == "+";
            if ((isSum && left.Unit.Offset != 0 && right.Unit.Offset != 0) || (!isSum && left.Unit.Offset == 0 && right.Unit.Offset != 0))
            {
                throw new ExpressionFaultException(sign.Column, "a temperature is only added to or taken from one as a difference in K");
            }

            Unit unit = isSum && right.Unit.Offset != 0 ? right.Unit
                : left.Unit with { Offset = right.Unit.Offset != 0 ? 0 : left.Unit.Offset };
            bool isByDifference = right.IsDifference || (right.Node is Constant && right.Unit.Offset == 0);
            bool isDifference = isSum ? left.IsDifference && isByDifference : left.IsDifference || !isByDifference;
            result = new QuantityOperand(new Arithmetic(sign.Text[0], left.Node, right.Node), unit, left.Column, isDifference);
        }

        return result;
    }

    private Operand Product()
    {
        Operand result = Signed();
        while (Now is { Kind: TokenKind.Sign, Text: "*" or "/" } sign)
        {
            at++;
            QuantityOperand left = Scaled(AsQuantity(result));
            QuantityOperand right = Scaled(AsQuantity(Signed()));
            bool isScaled = left.Unit.IsDimensionless || right.Unit.IsDimensionless;
            result = new QuantityOperand(
                new Arithmetic(sign.Text[0], left.Node, right.Node),
                Unit.Product(left.Unit, right.Unit, sign.Text == "*" ? 1 : -1),
                left.Column,
                left.IsDifference || right.IsDifference || !isScaled);
        }

        return result;
    }

    private Operand Signed()
    {
        int column = Now.Column;
        if (!TakeSign("-"))
        {
            return Atom();
        }

        QuantityOperand inner = AsQuantity(Deeper(Signed));

        // -5 °C is a temperature: the sign belongs to the number as it is written.
        return inner.Node is Constant constant
            ? inner with { Node = new Constant(inner.Unit.ToBase(-constant.Written), -constant.Written), Column = column }
            : inner with { Node = new Negation(Scaled(inner).Node), Column = column };
    }

    private Operand Atom()
    {
        Token token = Now;
        at++;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return Number(token);
            case TokenKind.Text:
                return new TextOperand(token.Text, IsState: false, token.Column);
            case TokenKind.Name when IsSign("("):
                at++;
                return Deeper(() => Call(token));
            case TokenKind.Name when token.Text == "state" && !metrics.ContainsKey("state"):
                return new TextOperand("", IsState: true, token.Column);
            case TokenKind.Name:
                ExpressionMetric metric = MetricOf(token);
                var metricUnit = Unit.Of(metric.Unit);
                return new QuantityOperand(new MetricValue(positions.IndexOf(metric.Index), metricUnit), metricUnit, token.Column);
            case TokenKind.Sign when token.Text == "(":
                Operand inner = Deeper(Either);
                Expect(")");
                return inner;
            default:
                at--;
                throw Unexpected("a number, a metric or a function");
        }
    }

    private QuantityOperand Number(Token token)
    {
        Unit unit = UnitOf(token);
        double value = unit.ToBase(token.Number);
        return double.IsFinite(value)
            ? new QuantityOperand(new Constant(value, token.Number), unit, token.Column)
            : throw new ExpressionFaultException(token.Column, $"{token.Text} {token.Unit} is beyond all numbers");
    }

    private Operand Deeper(Func<Operand> read)
    {
        if (++depth > MaxDepth)
        {
            throw new ExpressionFaultException(Now.Column, $"nested more than {MaxDepth} deep");
        }

        Operand result = read();
        depth--;
        return result;
    }
}
