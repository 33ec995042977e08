using FsCheck;
using FsCheck.Fluent;
using Millwright.Core.History;
using Millwright.Core.State;
using Millwright.Telemetry;

namespace Millwright.Grains.Tests.Core.History;

public sealed class HistoryCodecTests
{
    private static readonly double[] Odd =
    [
        0.0, -0.0, double.NaN, -double.NaN, BitConverter.UInt64BitsToDouble(0x7ff8_dead_beef_0001), BitConverter.UInt64BitsToDouble(0xfff0_0000_0000_0001),
        double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, double.MinValue, 0.1, -273.15, 1e300,
    ];

    [Fact]
    public void RoundTrip_IsExact_ForOddBits() => Properties.Hold(Samples(Gen.Elements(Odd)), IsExact);

    [Fact]
    public void RoundTrip_IsExact_ForAnyBits() => Properties.Hold(
        Samples(ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble)), IsExact);

    [Fact]
    public void RoundTrip_IsExact_ForDecimals() => Properties.Hold(
        Gen.Choose(0, 9).SelectMany(d => Samples(Gen.Choose(int.MinValue, int.MaxValue).Select(v => v / Math.Pow(10, d)))), IsExact);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    public void RoundTrip_IsExact_ForAnyCount(int count) =>
        Assert.True(IsExact([.. Enumerable.Range(0, count).Select(i => new RawSample(Moments.At(i), i, SampleQuality.Good))]));

    [Fact]
    public void RoundTrip_KeepsTheEndsOfTheCalendar_AndEqualTimes() => Assert.True(IsExact(
    [
        new RawSample(DateTimeOffset.MinValue, 1, SampleQuality.Stale),
        new RawSample(DateTimeOffset.UnixEpoch, 2, SampleQuality.Bad),
        new RawSample(DateTimeOffset.UnixEpoch, 3, SampleQuality.Bad),
        new RawSample(DateTimeOffset.MaxValue, 4, SampleQuality.Uncertain),
    ]));

    [Fact]
    public void Encode_TakesOneBitForTheTime_OfASteadySource()
    {
        RawSample[] samples = [.. Enumerable.Range(0, 1000).Select(i => new RawSample(Moments.At(i), 21.5, SampleQuality.Good))];

        Assert.InRange(HistoryCodec.Encode(samples).Length, 100, 230);
    }

    [Fact]
    public void Decode_RefusesACutBlock_AtEveryLength()
    {
        byte[] block = HistoryCodec.Encode([.. Enumerable.Range(0, 40).Select(i => new RawSample(Moments.At(i * 1.7), Math.Sin(i), SampleQuality.Good))]);

        for (int length = 0; length < block.Length; length++)
        {
            Assert.Throws<StateFormatException>(() => HistoryCodec.Decode(block.AsSpan(0, length)));
        }

        Assert.Throws<StateFormatException>(() => HistoryCodec.Decode([.. block, 0]));
    }

    [Fact]
    public void Decode_GivesSamplesOrRefuses_ForAnyBytes() => Properties.Hold(
        from block in Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf()
        from start in Gen.Elements(new byte[] { 1, 5 }, [1, 40], [])
        select (byte[])[.. start, .. block],
        block =>
        {
            try
            {
                RawSample[] samples = HistoryCodec.Decode(block);
                return samples.Length <= HistoryCodec.MaxCount && samples.Zip(samples.Skip(1)).All(p => p.First.EventTime <= p.Second.EventTime);
            }
            catch (StateFormatException)
            {
                return true;
            }
        });

    private static Gen<RawSample[]> Samples(Gen<double> values) =>
        from unit in Gen.Elements(1L, 10L, 10_000L, 10_000_000L)
        from steps in Gen.Frequency((5, Gen.Choose(1, 3)), (1, Gen.Choose(0, 2_000_000_000))).ListOf()
        from read in values.ListOf(steps.Count)
        from qualities in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Choose(0, 3))).ListOf(steps.Count)
        select Build(unit, [.. steps], [.. read], [.. qualities]);

    private static RawSample[] Build(long unit, int[] steps, double[] values, int[] qualities)
    {
        long ticks = DateTimeOffset.UnixEpoch.UtcTicks;
        return [.. steps.Select((s, i) => new RawSample(new DateTimeOffset(ticks += s * unit, TimeSpan.Zero), values[i], (SampleQuality)qualities[i]))];
    }

    private static bool IsExact(RawSample[] samples)
    {
        RawSample[] decoded = HistoryCodec.Decode(HistoryCodec.Encode(samples));
        return decoded.Length == samples.Length && decoded.Zip(samples).All(p => p.First.EventTime == p.Second.EventTime && p.First.Quality == p.Second.Quality
            && BitConverter.DoubleToInt64Bits(p.First.Value) == BitConverter.DoubleToInt64Bits(p.Second.Value));
    }
}
