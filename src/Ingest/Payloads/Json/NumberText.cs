using System.Globalization;

namespace Millwright.Ingest.Payloads.Json;

/// <summary>Numbers that the scanner has checked against JSON's grammar.</summary>
internal static class NumberText
{
    private const ulong MaxExact = 1UL << 53;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>False when the number is beyond a double.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        bool isNegative = text[0] == '-';
        ulong mantissa = 0;
        int digits = 0;
        int decimals = 0;
        bool isAfterPoint = false;
        for (int i = isNegative ? 1 : 0; i < text.Length; i++)
        {
            uint digit = unchecked((uint)(text[i] - '0'));
            if (digit <= 9)
            {
                mantissa = unchecked((mantissa * 10) + digit);
                digits++;
                decimals += isAfterPoint ? 1 : 0;
            }
            else if (text[i] == '.')
            {
                isAfterPoint = true;
            }
            else
            {
                return TrySlow(text, out value);
            }
        }

        // Both operands are exact doubles, so one division rounds once: correctly (Clinger's fast path).
        if (digits > 18 || mantissa > MaxExact)
        {
            return TrySlow(text, out value);
        }

        value = mantissa / PowersOfTen[decimals];
        value = isNegative ? -value : value;
        return true;
    }

    /// <summary>False when it is no whole number of 64 bits.</summary>
    public static bool TryInteger(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        bool isNegative = text[0] == '-';
        int start = isNegative ? 1 : 0;
        if (text.Length - start is < 1 or > 18)
        {
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        }

        for (int i = start; i < text.Length; i++)
        {
            uint digit = unchecked((uint)(text[i] - '0'));
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + digit;
        }

        value = isNegative ? -value : value;
        return true;
    }

    private static bool TrySlow(ReadOnlySpan<byte> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
