using System.Globalization;
using System.Text.RegularExpressions;

namespace Millwright.Silo.Api.Requests;

/// <summary>Instants as callers write them. An ISO time without offset is refused: guessing a zone would move data by hours.</summary>
internal static partial class Instants
{
    // 9999-12-31T23:59:59.999Z, the last that DateTimeOffset holds.
    private const long MaxMilliseconds = 253_402_300_799_999;

    public static bool TryParse(string text, out DateTimeOffset instant)
    {
        instant = default;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long milliseconds))
        {
            if (milliseconds > MaxMilliseconds)
            {
                return false;
            }

            instant = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
            return true;
        }

        // A '+' that was not percent-encoded arrives as a space.
        string offset = OffsetAfterSpace().Replace(text, "+$1");
        if (!Iso().IsMatch(offset)
            || !DateTimeOffset.TryParse(offset, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset parsed))
        {
            return false;
        }

        instant = parsed.ToUniversalTime();
        return true;
    }

    public static DateTimeOffset Parse(string text) => TryParse(text, out DateTimeOffset instant) ? instant : throw new FormatException();

    [GeneratedRegex(@" (\d\d:\d\d)$")]
    private static partial Regex OffsetAfterSpace();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))$")]
    private static partial Regex Iso();
}
