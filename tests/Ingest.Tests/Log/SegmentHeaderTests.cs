using Millwright.Ingest.Log;

namespace Millwright.Ingest.Tests.Log;

/// <summary>Golden bytes: what yesterday's version wrote still reads, and today's bytes do not change unnoticed.</summary>
public sealed class SegmentHeaderTests
{
    private const string Version0 =
        "004d574c4f47303100100000000000008000000000000000a00f0000000000000f6c6f672d3139613262336334643565"
        + "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "00000000000000000000000000000000000000000000000000000000df1fc5f8";
    private const string Version1 =
        "004d574c4f47303100100000000000008000000000000000a00f0000000000000f6c6f672d3139613262336334643565"
        + "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        + "0001009c022e7b48df0800000000000000000000000000000000000088d0040e";

    private static readonly DateTimeOffset Created = new(2026, 11, 22, 9, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Version0_IsReadWithoutATime()
    {
        SegmentHeader? header = SegmentHeader.TryDecode(Convert.FromHexString(Version0));

        Assert.Equal(new SegmentHeader("log-19a2b3c4d5e", 4096, 128, 4000), header);
        Assert.Equal(Version0, Convert.ToHexStringLower(header!.Encode()));
    }

    [Fact]
    public void Version1_HoldsItsTime()
    {
        SegmentHeader? header = SegmentHeader.TryDecode(Convert.FromHexString(Version1));

        Assert.Equal(new SegmentHeader("log-19a2b3c4d5e", 4096, 128, 4000) { Created = Created }, header);
        Assert.Equal(Version1, Convert.ToHexStringLower(header!.Encode()));
    }

    [Fact]
    public void LaterVersion_IsNotGuessedAt()
    {
        byte[] bytes = Convert.FromHexString(Version1);
        bytes[97] = 2;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(124), Crc32C.Of(bytes.AsSpan(0, 124)));

        Assert.Null(SegmentHeader.TryDecode(bytes));
    }
}
