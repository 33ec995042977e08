namespace Millwright.Ingest.Payloads.Json;

/// <summary>One token of a scanned message: 16 bytes on the tape.</summary>
internal struct JsonCell
{
    public JsonKind Kind;

    /// <summary>Text lies in the tape's side buffer (it had escapes), not in the payload.</summary>
    public bool IsInSide;

    /// <summary>First byte of the text, without quotes.</summary>
    public int Start;

    /// <summary>Bytes of a text or number; members or items of a container.</summary>
    public int Length;

    /// <summary>Index of the cell after this one and all below it.</summary>
    public int Next;
}

internal enum JsonKind : byte
{
    Null,
    False,
    True,
    Number,
    Text,
    Array,
    Object,

    /// <summary>A member's name; its value is the next cell.</summary>
    Name,
}
