namespace Millwright.Recordings;

public sealed record RecordingOptions
{
    /// <summary>Names of assets to read, <c>*</c> for any run of characters; empty means all.</summary>
    public IReadOnlyList<string> Assets { get; init; } = [];

    /// <summary>True: the first malformed row ends the reading. False: it is skipped and counted.</summary>
    public bool Strict { get; init; }
}
