namespace Millwright.Simulation.Tests.Disk;

/// <summary>
/// One file: what readers see (the page cache), and what is on the platter. Between two syncs the platter may take any sectors in any
/// order.
/// </summary>
internal sealed class SimulatedFile
{
    private const int Sector = 512;

    private readonly List<(int Offset, int Length)> dirty = [];
    private byte[] cache = [];
    private byte[] platter = [];
    private int platterLength;
    private bool isLengthDirty;

    public int Length { get; private set; }

    public int Read(Span<byte> buffer, long offset)
    {
        int count = (int)Math.Clamp(Length - offset, 0, buffer.Length);
        cache.AsSpan((int)Math.Min(offset, Length), count).CopyTo(buffer);
        return count;
    }

    public void Write(ReadOnlySpan<byte> bytes, int offset)
    {
        if (offset + bytes.Length > Length)
        {
            SetLength(offset + bytes.Length);
        }

        bytes.CopyTo(cache.AsSpan(offset));
        dirty.Add((offset, bytes.Length));
    }

    public void SetLength(int length)
    {
        if (length < Length)
        {
            cache.AsSpan(length, Length - length).Clear();
        }

        Grow(ref cache, length);
        isLengthDirty |= length != Length;
        Length = length;
    }

    public void Sync()
    {
        foreach ((int offset, int length) in dirty)
        {
            Copy(offset, length);
        }

        SettleLength();
        dirty.Clear();
    }

    /// <summary>
    /// The sync failed: some of the pages reached the platter, the kernel calls all of them clean, and no later sync writes them again.
    /// </summary>
    public void FailSync(Random random)
    {
        CopySome(random);
        dirty.Clear();
    }

    /// <summary>What a power cut leaves.</summary>
    public void CutPower(Random random)
    {
        CopySome(random);
        if (isLengthDirty && random.Next(2) == 0)
        {
            SettleLength();
        }

        dirty.Clear();
        isLengthDirty = false;
        cache = platter.AsSpan().ToArray();
        Length = platterLength;
        Grow(ref cache, Length);
    }

    private static void Grow(ref byte[] bytes, int length)
    {
        if (length > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(length, Math.Max(4_096, bytes.Length * 2)));
        }
    }

    private void CopySome(Random random)
    {
        // All, none, or each sector by its own luck; sometimes torn inside the sector.
        int luck = random.Next(4);
        foreach ((int offset, int length) in dirty)
        {
            for (int at = offset; at < offset + length;)
            {
                int end = Math.Min(offset + length, (at / Sector * Sector) + Sector);
                bool isTaken = luck == 3 || (luck != 0 && random.Next(2) == 0);
                if (isTaken && at < Length)
                {
                    int size = Math.Min(end, Length) - at;
                    size = luck == 2 && random.Next(3) == 0 ? random.Next(size + 1) : size;
                    Copy(at, size);
                }

                at = end;
            }
        }
    }

    private void Copy(int offset, int length)
    {
        length = Math.Min(length, Math.Max(0, Length - offset));
        if (length == 0)
        {
            return;
        }

        Grow(ref platter, offset + length);
        cache.AsSpan(offset, length).CopyTo(platter.AsSpan(offset));
        platterLength = Math.Max(platterLength, offset + length);
    }

    private void SettleLength()
    {
        Grow(ref platter, Length);
        if (Length < platterLength)
        {
            platter.AsSpan(Length, platterLength - Length).Clear();
        }

        platterLength = Length;
        isLengthDirty = false;
    }
}
