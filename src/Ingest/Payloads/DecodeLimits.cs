namespace Millwright.Ingest.Payloads;

/// <summary>Bounds of one message and of what the decoder remembers.</summary>
public static class DecodeLimits
{
    /// <summary>1 MiB, as UMH has it.</summary>
    public const int MaxPayload = 1024 * 1024;

    public const int MaxDepth = 32;

    /// <summary>JSON values and names in one message.</summary>
    public const int MaxCells = 131_072;

    /// <summary>Messages in one payload's array.</summary>
    public const int MaxElements = 10_000;

    public const int MaxSamples = 65_536;

    /// <summary>
    /// Blocks in one element of a message, each of at least <see cref="MinBlock"/> and at most <see cref="MaxBlock"/> values.
    /// </summary>
    public const int MaxBlocks = 64;

    /// <summary>Fewer values have neither a spectrum nor a shape.</summary>
    public const int MinBlock = 16;

    public const int MaxBlock = 65_536;

    /// <summary>Samples per second.</summary>
    public const double MinBlockRate = 0.001;

    public const double MaxBlockRate = 10_000_000;

    /// <summary>Characters of a metric's name, a unit's id and a step's name.</summary>
    public const int MaxName = 128;

    /// <summary>UTF-8 bytes of a text value.</summary>
    public const int MaxText = 4_096;

    /// <summary>Topics, and asset ids, and metric names, remembered; beyond it the table starts anew.</summary>
    public const int MaxRemembered = 131_072;

    /// <summary>Bytes of a topic or text that is worth remembering.</summary>
    public const int MaxRememberedBytes = 512;
}
