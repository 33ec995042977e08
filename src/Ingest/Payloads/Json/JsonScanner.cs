namespace Millwright.Ingest.Payloads.Json;

/// <summary>
/// Checks a whole message against RFC 8259 and writes its tokens to the tape, in one pass. Not Utf8JsonReader: that one throws on
/// malformed input, and a misconfigured device sends malformed input at full rate; a thrown exception costs a hundred times the decoding
/// of a good message. A test compares its verdict with Utf8JsonReader's.
/// </summary>
internal ref partial struct JsonScanner(ReadOnlySpan<byte> json, JsonTape tape)
{
    private const int PairwiseMembers = 12;

    private readonly ReadOnlySpan<byte> json = json;
    private readonly JsonTape tape = tape;
    private int at;

    /// <summary>Where it went wrong.</summary>
    public readonly int Position => at;

    /// <summary>Null when the text is one JSON value; else the reason code.</summary>
    public string? Scan()
    {
        tape.Clear();
        SkipWhite();
        string? fault = Value(1);
        if (fault is not null)
        {
            return fault;
        }

        SkipWhite();
        return at == json.Length ? null : DecodeReasons.JsonInvalid;
    }

    private string? Value(int depth)
    {
        if (at >= json.Length)
        {
            return DecodeReasons.JsonInvalid;
        }

        if (tape.Count >= DecodeLimits.MaxCells)
        {
            return DecodeReasons.JsonSize;
        }

        switch (json[at])
        {
            case (byte)'{':
                return depth > DecodeLimits.MaxDepth ? DecodeReasons.JsonDepth : Object(depth);
            case (byte)'[':
                return depth > DecodeLimits.MaxDepth ? DecodeReasons.JsonDepth : Array(depth);
            case (byte)'"':
                return Text(JsonKind.Text);
            case (byte)'t':
                return Literal("true"u8, JsonKind.True);
            case (byte)'f':
                return Literal("false"u8, JsonKind.False);
            case (byte)'n':
                return Literal("null"u8, JsonKind.Null);
            default:
                return Number();
        }
    }

    private string? Object(int depth)
    {
        int self = tape.Add(JsonKind.Object, at++, 0);
        int members = 0;
        SkipWhite();
        if (Take('}'))
        {
            return null;
        }

        while (true)
        {
            int name = tape.Count;
            if (at >= json.Length || json[at] != '"' || Text(JsonKind.Name) is not null)
            {
                return DecodeReasons.JsonInvalid;
            }

            SkipWhite();
            if (!Take(':'))
            {
                return DecodeReasons.JsonInvalid;
            }

            SkipWhite();
            string? fault = Value(depth + 1);
            if (fault is not null)
            {
                return fault;
            }

            tape[name].Next = tape.Count;
            members++;
            SkipWhite();
            if (Take(','))
            {
                SkipWhite();
                continue;
            }

            if (!Take('}'))
            {
                return DecodeReasons.JsonInvalid;
            }

            Close(self, members);
            return HasDuplicate(self, members) ? DecodeReasons.JsonDuplicate : null;
        }
    }

    private string? Array(int depth)
    {
        int self = tape.Add(JsonKind.Array, at++, 0);
        int items = 0;
        SkipWhite();
        if (Take(']'))
        {
            return null;
        }

        while (true)
        {
            string? fault = Value(depth + 1);
            if (fault is not null)
            {
                return fault;
            }

            items++;
            SkipWhite();
            if (Take(','))
            {
                SkipWhite();
                continue;
            }

            if (!Take(']'))
            {
                return DecodeReasons.JsonInvalid;
            }

            Close(self, items);
            return null;
        }
    }

    private readonly void Close(int self, int length)
    {
        tape[self].Length = length;
        tape[self].Next = tape.Count;
    }

    private string? Literal(ReadOnlySpan<byte> word, JsonKind kind)
    {
        if (!json[at..].StartsWith(word))
        {
            return DecodeReasons.JsonInvalid;
        }

        tape.Add(kind, at, word.Length);
        at += word.Length;
        return null;
    }

    private string? Number()
    {
        int start = at;
        if (json[at] == '-')
        {
            at++;
        }

        if (at < json.Length && json[at] == '0')
        {
            at++;
        }
        else if (!Digits())
        {
            return DecodeReasons.JsonInvalid;
        }

        if (at < json.Length && json[at] == '.')
        {
            at++;
            if (!Digits())
            {
                return DecodeReasons.JsonInvalid;
            }
        }

        if (at < json.Length && (json[at] | 0x20) == 'e')
        {
            at++;
            if (at < json.Length && json[at] is (byte)'+' or (byte)'-')
            {
                at++;
            }

            if (!Digits())
            {
                return DecodeReasons.JsonInvalid;
            }
        }

        tape.Add(JsonKind.Number, start, at - start);
        return null;
    }

    private bool Digits()
    {
        int start = at;
        while (at < json.Length && json[at] is >= (byte)'0' and <= (byte)'9')
        {
            at++;
        }

        return at > start;
    }

    private bool Take(char c)
    {
        if (at < json.Length && json[at] == c)
        {
            at++;
            return true;
        }

        return false;
    }

    private void SkipWhite()
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            at++;
        }
    }

    // Which of two equal names counts is undefined (RFC 8259 section 4), so such a message could mean two things.
    private readonly bool HasDuplicate(int self, int members)
    {
        var view = new JsonView(json, tape);
        int end = tape[self].Next;
        if (members <= PairwiseMembers)
        {
            for (int a = self + 1; a < end; a = tape[a].Next)
            {
                for (int b = tape[a].Next; b < end; b = tape[b].Next)
                {
                    if (tape[a].Length == tape[b].Length && view.Text(a).SequenceEqual(view.Text(b)))
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        Span<int> buckets = tape.Buckets(members);
        for (int a = self + 1; a < end; a = tape[a].Next)
        {
            ReadOnlySpan<byte> name = view.Text(a);
            uint slot = Routing.ByteHash.Of(name) & (uint)(buckets.Length - 1);
            for (; buckets[(int)slot] >= 0; slot = (slot + 1) & (uint)(buckets.Length - 1))
            {
                if (view.Text(buckets[(int)slot]).SequenceEqual(name))
                {
                    return true;
                }
            }

            buckets[(int)slot] = a;
        }

        return false;
    }
}
