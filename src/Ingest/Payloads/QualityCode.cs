using System.Text;
using Millwright.Ingest.Payloads.Json;
using Millwright.Telemetry;

namespace Millwright.Ingest.Payloads;

/// <summary>
/// Qualities as sources write them: words, booleans, Sparkplug (0 bad, 192 good, 500 stale), OPC DA bytes (64 to 127 uncertain, 192 to
/// 255 good) and OPC UA status codes (from 65536 up, by their top two bits). The plain 0 is OPC UA's good and Sparkplug's bad: read as
/// bad, because false alarm is cheaper than false trust.
/// </summary>
internal static class QualityCode
{
    public static bool TryParse(JsonView view, int cell, out SampleQuality quality)
    {
        quality = SampleQuality.Good;
        switch (view.Kind(cell))
        {
            case JsonKind.Null:
            case JsonKind.True:
                return true;
            case JsonKind.False:
                quality = SampleQuality.Bad;
                return true;
            case JsonKind.Number:
                return NumberText.TryInteger(view.Text(cell), out long code) && TryCode(code, out quality);
            case JsonKind.Text:
                return TryWord(view.Text(cell), out quality);
            default:
                return false;
        }
    }

    private static bool TryCode(long code, out SampleQuality quality)
    {
        quality = code switch
        {
            >= 0 and < 64 => SampleQuality.Bad,
            >= 64 and < 128 => SampleQuality.Uncertain,
            >= 192 and < 256 => SampleQuality.Good,
            500 => SampleQuality.Stale,
            >= 0x0001_0000 and < 0x4000_0000 => SampleQuality.Good,
            >= 0x4000_0000 and < 0x8000_0000 => SampleQuality.Uncertain,
            >= 0x8000_0000 and <= 0xFFFF_FFFF => SampleQuality.Bad,
            _ => (SampleQuality)(-1),
        };
        return quality >= 0;
    }

    private static bool TryWord(ReadOnlySpan<byte> text, out SampleQuality quality)
    {
        quality = SampleQuality.Good;
        if (Ascii.EqualsIgnoreCase(text, "good"u8))
        {
            return true;
        }

        if (Ascii.EqualsIgnoreCase(text, "uncertain"u8))
        {
            quality = SampleQuality.Uncertain;
            return true;
        }

        if (Ascii.EqualsIgnoreCase(text, "bad"u8))
        {
            quality = SampleQuality.Bad;
            return true;
        }

        if (Ascii.EqualsIgnoreCase(text, "stale"u8))
        {
            quality = SampleQuality.Stale;
            return true;
        }

        return text.Length is > 0 and <= 10 && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && NumberText.TryInteger(text, out long code) && TryCode(code, out quality);
    }
}
