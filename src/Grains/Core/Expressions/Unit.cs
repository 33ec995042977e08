using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Millwright.Core.Expressions;

/// <summary>
/// A unit of measure as a power product of base units with a factor and, for temperatures, an offset: value in base units = value ·
/// <see cref="Factor"/> + <see cref="Offset"/>. Written as UCUM writes it, without annotations: <c>mm/s</c>, <c>m3/h</c>, <c>kg.m2</c>,
/// <c>Cel</c>, <c>1/min</c>; <c>degC</c>, <c>rpm</c> and <c>%</c> are understood too. A text that is none of these stands for itself and is
/// comparable with itself only.
/// </summary>
/// <param name="Exponents">By base unit; no zeros.</param>
internal sealed record Unit(ImmutableSortedDictionary<string, int> Exponents, double Factor, double Offset)
{
    private static readonly ImmutableSortedDictionary<string, int> NoExponents =
        ImmutableSortedDictionary.Create<string, int>(StringComparer.Ordinal);

    /// <summary>Symbol, factor, and the base units it is made of.</summary>
    private static readonly FrozenDictionary<string, Unit> Symbols = new Dictionary<string, Unit>
    {
        ["1"] = Of(1),

        // Ratios and angles have bases of their own, lest 60 be taken for 60 %.
        ["%"] = Of(1, ("%", 1)),
        ["ppm"] = Of(1e-4, ("%", 1)),
        ["m"] = Of(1, ("m", 1)),
        ["g"] = Of(1e-3, ("kg", 1)),
        ["t"] = Of(1e3, ("kg", 1)),
        ["s"] = Of(1, ("s", 1)),
        ["min"] = Of(60, ("s", 1)),
        ["h"] = Of(3_600, ("s", 1)),
        ["d"] = Of(86_400, ("s", 1)),
        ["A"] = Of(1, ("A", 1)),
        ["K"] = Of(1, ("K", 1)),
        ["Cel"] = Of(1, ("K", 1)) with { Offset = 273.15 },
        ["Hz"] = Of(1, ("s", -1)),
        ["rpm"] = Of(1 / 60.0, ("s", -1)),
        ["rad"] = Of(1, ("rad", 1)),
        ["deg"] = Of(Math.PI / 180, ("rad", 1)),
        ["L"] = Of(1e-3, ("m", 3)),
        ["N"] = Of(1, ("kg", 1), ("m", 1), ("s", -2)),
        ["Nm"] = Of(1, ("kg", 1), ("m", 2), ("s", -2)),
        ["Pa"] = Of(1, ("kg", 1), ("m", -1), ("s", -2)),
        ["bar"] = Of(1e5, ("kg", 1), ("m", -1), ("s", -2)),
        ["J"] = Of(1, ("kg", 1), ("m", 2), ("s", -2)),
        ["Wh"] = Of(3_600, ("kg", 1), ("m", 2), ("s", -2)),
        ["W"] = Of(1, ("kg", 1), ("m", 2), ("s", -3)),
        ["VA"] = Of(1, ("kg", 1), ("m", 2), ("s", -3)),
        ["var"] = Of(1, ("kg", 1), ("m", 2), ("s", -3)),
        ["V"] = Of(1, ("kg", 1), ("m", 2), ("s", -3), ("A", -1)),
        ["Ohm"] = Of(1, ("kg", 1), ("m", 2), ("s", -3), ("A", -2)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Synonyms = new Dictionary<string, string>
    {
        ["degC"] = "Cel",
        ["°C"] = "Cel",
        ["l"] = "L",
        ["°"] = "deg",
        ["sec"] = "s",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<char, double> Prefixes = new Dictionary<char, double>
    {
        ['G'] = 1e9, ['M'] = 1e6, ['k'] = 1e3, ['h'] = 1e2, ['d'] = 1e-1, ['c'] = 1e-2, ['m'] = 1e-3, ['u'] = 1e-6, ['µ'] = 1e-6,
        ['n'] = 1e-9,
    }.ToFrozenDictionary();

    public static Unit None { get; } = Of(1);

    public static Unit Second { get; } = Of(1, ("s", 1));

    public bool IsDimensionless => Exponents.IsEmpty;

    /// <summary>A unit that is known; false for a text that would only stand for itself.</summary>
    public static bool TryParse(string text, out Unit unit)
    {
        unit = None;
        string[] factors = text.Split('/');
        for (int i = 0; i < factors.Length; i++)
        {
            foreach (string term in factors[i].Split('.'))
            {
                if (!TryTerm(term, out Unit? factor))
                {
                    return false;
                }

                unit = unit.IsDimensionless && unit.Factor == 1 && i == 0 ? factor : Product(unit, factor, i == 0 ? 1 : -1);
            }
        }

        return true;
    }

    /// <summary>Any text: empty is no unit, and what is unknown stands for itself.</summary>
    public static Unit Of(string text) => text.Length == 0 ? None : TryParse(text, out Unit unit) ? unit : Of(1, (text, 1));

    /// <summary>A product has no offset: twice 20 °C is a temperature only in kelvin.</summary>
    public static Unit Product(Unit left, Unit right, int power)
    {
        ImmutableSortedDictionary<string, int>.Builder exponents = left.Exponents.ToBuilder();
        foreach ((string name, int exponent) in right.Exponents)
        {
            int sum = exponents.GetValueOrDefault(name) + (exponent * power);
            if (sum == 0)
            {
                exponents.Remove(name);
            }
            else
            {
                exponents[name] = sum;
            }
        }

        return new Unit(exponents.ToImmutable(), left.Factor * Math.Pow(right.Factor, power), 0);
    }

    public bool IsComparableWith(Unit other) => Exponents.SequenceEqual(other.Exponents);

    public double ToBase(double value) => (value * Factor) + Offset;

    public double FromBase(double value) => (value - Offset) / Factor;

    /// <summary>For a fault: what it is made of.</summary>
    public override string ToString() => IsDimensionless
        ? "a plain number"
        : string.Join('.', Exponents.Select(pair => pair.Value == 1 ? pair.Key : FormattableString.Invariant($"{pair.Key}{pair.Value}")));

    private static bool TryTerm(string term, out Unit unit)
    {
        int end = term.Length;
        while (end > 1 && (char.IsAsciiDigit(term[end - 1]) || (term[end - 1] == '-' && end < term.Length)))
        {
            end--;
        }

        int power = 1;
        if (!TrySymbol(term[..end], out unit) || (end < term.Length && !int.TryParse(term[end..], CultureInfo.InvariantCulture, out power))
            || power is < -6 or > 6)
        {
            return false;
        }

        unit = power == 1 ? unit : Product(None, unit, power);
        return true;
    }

    private static bool TrySymbol(string symbol, out Unit unit)
    {
        string name = Synonyms.GetValueOrDefault(symbol, symbol);
        if (Symbols.TryGetValue(name, out Unit? found))
        {
            unit = found;
            return true;
        }

        unit = None;
        if (name.Length < 2 || !Prefixes.TryGetValue(name[0], out double prefix)
            || !Symbols.TryGetValue(Synonyms.GetValueOrDefault(name[1..], name[1..]), out found) || found.Offset != 0)
        {
            return false;
        }

        unit = found with { Factor = found.Factor * prefix };
        return true;
    }

    private static Unit Of(double factor, params (string Name, int Exponent)[] exponents) =>
        new(NoExponents.AddRange(exponents.Select(e => KeyValuePair.Create(e.Name, e.Exponent))), factor, 0);
}
