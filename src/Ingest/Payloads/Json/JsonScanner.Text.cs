using System.Buffers;
using System.Text;

namespace Millwright.Ingest.Payloads.Json;

// Strings: plain ones stay where they are in the payload, those with escapes are written out to the tape's side buffer.
internal ref partial struct JsonScanner
{
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    private string? Text(JsonKind kind)
    {
        int start = ++at;
        int end = EndOfPlainText();
        if (end < json.Length && json[end] == '"')
        {
            at = end + 1;
            tape.Add(kind, start, end - start);
            return null;
        }

        at = end;
        return end < json.Length && json[end] == '\\' ? EscapedText(kind, start) : DecodeReasons.JsonInvalid;
    }

    private readonly int EndOfPlainText()
    {
        // Names and short values end within a few bytes; starting the vectorised search costs more than looking at them.
        int near = Math.Min(at + 16, json.Length);
        for (int i = at; i < near; i++)
        {
            if (json[i] is (byte)'"' or (byte)'\\' or < 0x20)
            {
                return i;
            }
        }

        int offset = json[near..].IndexOfAny(StringEnds);
        return offset < 0 ? json.Length : near + offset;
    }

    private string? EscapedText(JsonKind kind, int start)
    {
        int sideStart = tape.SideCount;
        tape.AddSide(json[start..at]);
        while (true)
        {
            if (at >= json.Length || json[at] < 0x20)
            {
                return DecodeReasons.JsonInvalid;
            }

            if (json[at] == '"')
            {
                at++;
                int cell = tape.Add(kind, sideStart, tape.SideCount - sideStart);
                tape[cell].IsInSide = true;
                return null;
            }

            if (json[at] == '\\')
            {
                if (!Escape())
                {
                    return DecodeReasons.JsonInvalid;
                }

                continue;
            }

            int end = EndOfPlainText();
            tape.AddSide(json[at..end]);
            at = end;
        }
    }

    private bool Escape()
    {
        if (at + 1 >= json.Length)
        {
            return false;
        }

        byte code = json[at + 1];
        if (code == 'u')
        {
            return UnicodeEscape();
        }

        int plain = "\"\\/bfnrt"u8.IndexOf(code);
        if (plain < 0)
        {
            return false;
        }

        tape.AddSide("\"\\/\b\f\n\r\t"u8.Slice(plain, 1));
        at += 2;
        return true;
    }

    private bool UnicodeEscape()
    {
        if (!Hex(at + 2, out int unit))
        {
            return false;
        }

        at += 6;
        int scalar = unit;
        if (unit is >= 0xD800 and <= 0xDBFF)
        {
            if (at + 1 >= json.Length || json[at] != '\\' || json[at + 1] != 'u' || !Hex(at + 2, out int low)
                || low is < 0xDC00 or > 0xDFFF)
            {
                return false;
            }

            at += 6;
            scalar = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        }

        // A lone surrogate stands for no character, so it could never be stored again as UTF-8.
        if (!Rune.IsValid(scalar))
        {
            return false;
        }

        Span<byte> utf8 = stackalloc byte[4];
        tape.AddSide(utf8[..new Rune(scalar).EncodeToUtf8(utf8)]);
        return true;
    }

    private readonly bool Hex(int from, out int unit)
    {
        unit = 0;
        if (from + 4 > json.Length)
        {
            return false;
        }

        for (int i = from; i < from + 4; i++)
        {
            byte c = json[i];
            int digit = c is >= (byte)'0' and <= (byte)'9' ? c - '0' : (c | 0x20) is >= 'a' and <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
            if (digit < 0)
            {
                return false;
            }

            unit = (unit << 4) | digit;
        }

        return true;
    }
}
