using System.Globalization;
using Millwright.Ingest.Payloads.Json;
using Millwright.Plant;

namespace Millwright.Ingest.Payloads;

/// <summary>Event times out of payloads, as UTC ticks of 100 ns.</summary>
internal static class EventTimeText
{
    private const decimal MinAutoMilliseconds = 1e11m;
    private const decimal MinAutoMicroseconds = 1e14m;
    private const decimal MinAutoNanoseconds = 1e17m;

    private static readonly long MinTicks = DateTimeOffset.UnixEpoch.UtcTicks;
    private static readonly long EndTicks = new DateTimeOffset(2201, 1, 1, 0, 0, 0, TimeSpan.Zero).UtcTicks;

    /// <summary>Null, or the reason code.</summary>
    public static string? Parse(JsonView view, int cell, TimeFormat format, out long ticks)
    {
        ticks = 0;
        ReadOnlySpan<byte> text = view.Text(cell);
        switch (view.Kind(cell))
        {
            case JsonKind.Number when format != TimeFormat.Iso8601:
                return FromNumber(text, format, ref ticks);
            case JsonKind.Text when format is TimeFormat.Auto or TimeFormat.Iso8601:
                // Some gateways quote their epoch; an ISO date is never digits only up to nine of them.
                return format == TimeFormat.Auto && text.Length >= 9 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
                    ? FromNumber(text, format, ref ticks)
                    : FromIso(text, ref ticks);
            case JsonKind.Text when text.Length is > 0 and <= 32 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9'):
                return FromNumber(text, format, ref ticks);
            default:
                return DecodeReasons.TimeInvalid;
        }
    }

    private static string? FromNumber(ReadOnlySpan<byte> text, TimeFormat format, ref long ticks)
    {
        if (NumberText.TryInteger(text, out long whole))
        {
            return whole < 0 ? DecodeReasons.TimeRange : FromWhole(whole, format == TimeFormat.Auto ? Guess(whole) : format, ref ticks);
        }

        // Fractions and exponents are rare; decimal keeps the digits that a double would lose.
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) || number < 0)
        {
            return DecodeReasons.TimeRange;
        }

        decimal unit = (format == TimeFormat.Auto ? Guess(number) : format) switch
        {
            TimeFormat.Seconds => TimeSpan.TicksPerSecond,
            TimeFormat.Milliseconds => TimeSpan.TicksPerMillisecond,
            TimeFormat.Microseconds => TimeSpan.TicksPerMicrosecond,
            _ => 0.01m,
        };
        if (number > (EndTicks - MinTicks) / unit)
        {
            return DecodeReasons.TimeRange;
        }

        ticks = MinTicks + (long)(number * unit);
        return ticks < EndTicks ? null : DecodeReasons.TimeRange;
    }

    private static string? FromWhole(long whole, TimeFormat format, ref long ticks)
    {
        long limit = EndTicks - MinTicks;
        (long perUnit, long divisor) = format switch
        {
            TimeFormat.Seconds => (TimeSpan.TicksPerSecond, 1L),
            TimeFormat.Milliseconds => (TimeSpan.TicksPerMillisecond, 1L),
            TimeFormat.Microseconds => (TimeSpan.TicksPerMicrosecond, 1L),
            _ => (1L, 100L),
        };
        whole /= divisor;
        if (whole >= limit / perUnit)
        {
            return DecodeReasons.TimeRange;
        }

        ticks = MinTicks + (whole * perUnit);
        return null;
    }

    // 1e11 s is the year 5138 and 1e11 ms is 1973: between the epoch's first three years and the far future, size tells the unit.
    private static TimeFormat Guess(decimal number) => number < MinAutoMilliseconds ? TimeFormat.Seconds
        : number < MinAutoMicroseconds ? TimeFormat.Milliseconds
        : number < MinAutoNanoseconds ? TimeFormat.Microseconds : TimeFormat.Nanoseconds;

    private static TimeFormat Guess(long number) => number < 100_000_000_000 ? TimeFormat.Seconds
        : number < 100_000_000_000_000 ? TimeFormat.Milliseconds
        : number < 100_000_000_000_000_000 ? TimeFormat.Microseconds : TimeFormat.Nanoseconds;

    private static string? FromIso(ReadOnlySpan<byte> text, ref long ticks)
    {
        // YYYY-MM-DDThh:mm[:ss[.fraction]](Z|±hh[:][mm])
        if (text.Length < 16 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[13] != ':'
            || !Digits(text[..4], out int year) || !Digits(text[5..7], out int month) || !Digits(text[8..10], out int day)
            || !Digits(text[11..13], out int hour) || !Digits(text[14..16], out int minute))
        {
            return DecodeReasons.TimeInvalid;
        }

        int at = 16;
        int second = 0;
        long fraction = 0;
        if (at < text.Length && text[at] == ':')
        {
            if (text.Length < 19 || !Digits(text[17..19], out second))
            {
                return DecodeReasons.TimeInvalid;
            }

            at = 19;
            if (at < text.Length && text[at] is (byte)'.' or (byte)',' && !Fraction(text, ref at, out fraction))
            {
                return DecodeReasons.TimeInvalid;
            }
        }

        if (hour > 23 || minute > 59 || second > 59 || month is < 1 or > 12 || year < 1 || day < 1
            || day > DateTime.DaysInMonth(year, month))
        {
            return DecodeReasons.TimeInvalid;
        }

        if (at == text.Length)
        {
            // A local time is ambiguous: it may be any instant of a day, and twice the same hour each autumn.
            return DecodeReasons.TimeOffset;
        }

        if (!Offset(text[at..], out long offset))
        {
            return DecodeReasons.TimeInvalid;
        }

        ticks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + fraction - offset;
        return ticks >= MinTicks && ticks < EndTicks ? null : DecodeReasons.TimeRange;
    }

    private static bool Fraction(ReadOnlySpan<byte> text, ref int at, out long ticks)
    {
        ticks = 0;
        int start = ++at;
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            // Beyond 100 ns digits are cut, not rounded: a sample must not move into the next window.
            if (at - start < 7)
            {
                ticks = (ticks * 10) + (text[at] - '0');
            }
        }

        for (int i = at - start; i < 7; i++)
        {
            ticks *= 10;
        }

        return at > start;
    }

    private static bool Offset(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z')
        {
            return true;
        }

        bool hasColon = text.Length == 6 && text[3] == ':';
        int minutes = 0;
        if (text[0] is not ((byte)'+' or (byte)'-')
            || !(hasColon || text.Length is 3 or 5)
            || !Digits(text[1..3], out int hours)
            || (text.Length > 3 && !Digits(text[^2..], out minutes))
            || hours > 18 || minutes > 59)
        {
            return false;
        }

        ticks = ((hours * 60L) + minutes) * TimeSpan.TicksPerMinute * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool Digits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte b in text)
        {
            uint digit = unchecked((uint)(b - '0'));
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + (int)digit;
        }

        return true;
    }
}
