namespace Millwright.Ingest.Log;

/// <summary>Records that belong together: after a crash the log holds all of them or none.</summary>
internal readonly ref struct RecordGroup(ReadOnlySpan<(LogRecordKind Kind, int Start, int Length)> records, ReadOnlySpan<byte> bytes)
{
    public ReadOnlySpan<(LogRecordKind Kind, int Start, int Length)> Records { get; } = records;

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>Bytes of all frames, the mark that binds them included.</summary>
    public int Size
    {
        get
        {
            int size = LogFrame.Size(sizeof(int));
            foreach ((_, _, int length) in Records)
            {
                size += LogFrame.Size(length);
            }

            return size;
        }
    }
}
