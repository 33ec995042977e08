namespace Millwright.Recordings;

/// <summary>A row that could not be read.</summary>
/// <param name="Line">Counted from 1.</param>
public sealed record RowFault(string File, long Line, string Reason)
{
    public override string ToString() => $"{File}:{Line}: {Reason}";
}
