namespace Millwright.Spine.Tests.Faults;

/// <summary>One file: what is synced, and what was done to it since.</summary>
internal sealed class DiskFile
{
    private readonly List<Change> pending = [];
    private byte[] content = [];
    private int length;

    public void Load(byte[] bytes) => (content, length) = (bytes, bytes.Length);

    public void Write(ulong number, long offset, ReadOnlySpan<byte> data) =>
        pending.Add(new Change(number, checked((int)offset), data.ToArray()));

    public void Truncate(ulong number, long to) => pending.Add(new Change(number, checked((int)to), null));

    /// <summary>All that was done before this entry of the journal is durable.</summary>
    public void Sync(ulong begun)
    {
        foreach (Change change in pending.Where(c => c.Number < begun))
        {
            Apply(change);
        }

        pending.RemoveAll(c => c.Number < begun);
    }

    /// <summary>The file with each unsynced sector kept at this probability.</summary>
    public (byte[] Content, long Lost, long Kept) AfterCut(double kept, Random random, int sector)
    {
        long lostBytes = 0;
        long keptBytes = 0;
        foreach (Change change in pending)
        {
            if (change.Data is null)
            {
                if (random.NextDouble() < kept)
                {
                    Apply(change);
                }

                continue;
            }

            for (int start = change.Offset; start < change.Offset + change.Data.Length;)
            {
                int end = Math.Min(change.Offset + change.Data.Length, ((start / sector) + 1) * sector);
                if (random.NextDouble() < kept)
                {
                    Apply(new Change(change.Number, start, change.Data[(start - change.Offset)..(end - change.Offset)]));
                    keptBytes += end - start;
                }
                else
                {
                    lostBytes += end - start;
                }

                start = end;
            }
        }

        return (content[..length], lostBytes, keptBytes);
    }

    private void Apply(Change change)
    {
        int end = change.Data is null ? change.Offset : Math.Max(length, change.Offset + change.Data.Length);
        if (end > content.Length)
        {
            Array.Resize(ref content, Math.Max(end, content.Length * 2));
        }

        if (end < length)
        {
            content.AsSpan(end, length - end).Clear();
        }

        length = end;
        change.Data?.CopyTo(content, change.Offset);
    }

    /// <param name="Data">Null: the length was set.</param>
    private sealed record Change(ulong Number, int Offset, byte[]? Data);
}
