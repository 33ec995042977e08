namespace Millwright.Recordings.Rows;

/// <summary>Counts what was skipped, and keeps the first ones for people to look at.</summary>
internal sealed class RowLog(bool strict)
{
    private const int Kept = 100;
    private readonly List<RowFault> faults = [];

    public IReadOnlyList<RowFault> Faults => faults;

    public long Count { get; private set; }

    public void Add(RowFault fault)
    {
        if (strict)
        {
            throw new RecordingException("malformed-row", fault.ToString());
        }

        Count++;
        if (faults.Count < Kept)
        {
            faults.Add(fault);
        }
    }
}
