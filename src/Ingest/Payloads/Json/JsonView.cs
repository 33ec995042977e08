using Millwright.Plant.Rules;

namespace Millwright.Ingest.Payloads.Json;

/// <summary>A scanned message: the payload's bytes with their tape. Cells are named by their index; -1 is none.</summary>
internal readonly ref struct JsonView(ReadOnlySpan<byte> payload, JsonTape tape)
{
    private readonly ReadOnlySpan<byte> payload = payload;

    public readonly JsonTape Tape = tape;

    public JsonKind Kind(int cell) => Tape[cell].Kind;

    /// <summary>Text of a name or string, digits of a number.</summary>
    public ReadOnlySpan<byte> Text(int cell)
    {
        ref JsonCell found = ref Tape[cell];
        return found.IsInSide ? Tape.Side(found.Start, found.Length) : payload.Slice(found.Start, found.Length);
    }

    /// <summary>The value of a member.</summary>
    public int Member(int container, ReadOnlySpan<byte> name)
    {
        int end = Tape[container].Next;
        for (int i = container + 1; i < end; i = Tape[i].Next)
        {
            if (Tape[i].Length == name.Length && Text(i).SequenceEqual(name))
            {
                return i + 1;
            }
        }

        return -1;
    }

    public int Evaluate(int cell, JsonPointer pointer)
    {
        foreach (JsonPointer.Token token in pointer.Tokens)
        {
            switch (Tape[cell].Kind)
            {
                case JsonKind.Object:
                    cell = Member(cell, token.Name.Span);
                    break;
                case JsonKind.Array:
                    cell = Item(cell, token.Index);
                    break;
                default:
                    return -1;
            }

            if (cell < 0)
            {
                return -1;
            }
        }

        return cell;
    }

    private int Item(int array, int index)
    {
        if (index < 0 || index >= Tape[array].Length)
        {
            return -1;
        }

        int item = array + 1;
        for (; index > 0; index--)
        {
            item = Tape[item].Next;
        }

        return item;
    }
}
