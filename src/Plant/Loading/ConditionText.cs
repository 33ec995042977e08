using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Millwright.Plant.Loading;

/// <summary>Conditions as people write them: <c>power > 5</c>, <c>state == "running"</c>, <c>door != open</c>.</summary>
internal static class ConditionText
{
    public const string Advice = "Write 'metric > 5' with one of == != < <= > >=, or 'metric == \"text\"'.";

    private static readonly (string Sign, Comparison Comparison)[] Signs =
    [
        ("==", Comparison.Equal), ("!=", Comparison.NotEqual), ("<=", Comparison.LessOrEqual), (">=", Comparison.GreaterOrEqual),
        ("<", Comparison.Less), (">", Comparison.Greater), ("=", Comparison.Equal),
    ];

    public static bool TryParse(string text, [NotNullWhen(true)] out StateCondition? condition, out string fault)
    {
        condition = null;
        fault = "";
        int at = text.AsSpan().IndexOfAny("=!<>");
        if (at <= 0 || text[..at].Trim().Length == 0)
        {
            fault = $"'{text}' is no condition.";
            return false;
        }

        string rest = text[at..];
        (string sign, Comparison comparison) = Signs.FirstOrDefault(s => rest.StartsWith(s.Sign, StringComparison.Ordinal));
        string operand = sign is null ? "" : rest[sign.Length..].Trim();
        if (operand.Length == 0 || operand.AsSpan().IndexOfAny("=<>") == 0)
        {
            fault = $"'{text}' has no value to compare with.";
            return false;
        }

        string metric = text[..at].Trim();
        if (double.TryParse(operand, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
        {
            condition = new StateCondition { Metric = metric, Comparison = comparison, Value = number };
            return true;
        }

        if (operand is "true" or "false")
        {
            condition = new StateCondition { Metric = metric, Comparison = comparison, Value = operand == "true" ? 1 : 0 };
            return true;
        }

        if (comparison is not (Comparison.Equal or Comparison.NotEqual))
        {
            fault = $"'{operand}' is text, and text can only be compared with == and !=.";
            return false;
        }

        condition = new StateCondition { Metric = metric, Comparison = comparison, Text = Unquote(operand) };
        return true;
    }

    private static string Unquote(string text) =>
        text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1] : text;
}
