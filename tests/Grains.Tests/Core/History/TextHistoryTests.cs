using FsCheck;
using FsCheck.Fluent;
using Millwright.Core.History;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Telemetry;

namespace Millwright.Grains.Tests.Core.History;

/// <summary>What a replay needs beside numbers: texts, and which samples came as a backfill.</summary>
public sealed class TextHistoryTests
{
    private const string Golden =
        "02038018028068080e0a78b9992ef08e1f4383e802046175746f066d616e75616c014061fff0000000000000c06dff20";

    [Fact]
    public void RoundTrip_IsExact_ForTextsAndMarks() => Properties.Hold(
        from words in Gen.Elements("auto", "manual", "", "Störung \u2603", "\U0001f4a7", new string('x', 4096)).ListOf()
        from marks in Gen.Choose(0, 7).ListOf(words.Count)
        from numbers in Gen.Frequency((9, Gen.Constant(double.NaN)), (1, Gen.Constant(4.5))).ListOf(words.Count)
        select words.Select((w, i) => new RawSample(Moments.At(i * 3), numbers[i], (SampleQuality)(marks[i] & 3), marks[i] > 3, w)).ToArray(),
        IsExact);

    [Fact]
    public void RoundTrip_IsExact_ForBackfilledNumbers() => Properties.Hold(
        from values in Gen.Choose(-1000, 1000).ListOf()
        from marks in Gen.Choose(0, 7).ListOf(values.Count)
        select values.Select((v, i) => new RawSample(Moments.At(i), v / 8.0, (SampleQuality)(marks[i] & 3), marks[i] > 3)).ToArray(),
        IsExact);

    [Fact]
    public void AnOperatingState_CostsLessThanABit_WhileItStays()
    {
        RawSample[] samples = [.. Enumerable.Range(0, 1000).Select(i =>
            new RawSample(Moments.At(i), double.NaN, SampleQuality.Good, false, i / 250 % 2 == 0 ? "auto" : "manual"))];

        Assert.InRange(HistoryCodec.Encode(samples).Length, 100, 175);
    }

    [Fact]
    public void TheFirstVersion_IsRead() => Assert.Equal(
        [
            new RawSample(Moments.At(0), 21.5, SampleQuality.Good),
            new RawSample(Moments.At(1), 21.625, SampleQuality.Good),
            new RawSample(Moments.At(2.5), -7, SampleQuality.Bad),
            new RawSample(Moments.At(3), 1e9, SampleQuality.Uncertain),
        ],
        HistoryCodec.Decode(Convert.FromHexString("010400a014068080e0a78b9992ef08e1f4383e8e1f3d2900000053fc000000003e8000001bf43d1a94a56b00")));

    [Fact]
    public void Block_IsTheGoldenOne()
    {
        string block = Convert.ToHexStringLower(HistoryCodec.Encode(
        [
            new RawSample(Moments.At(0), double.NaN, SampleQuality.Good, false, "auto"),
            new RawSample(Moments.At(1), double.NaN, SampleQuality.Good, true, "auto"),
            new RawSample(Moments.At(2.5), 7, SampleQuality.Bad, false, "manual"),
        ]));

        Assert.True(block == Golden, block);
    }

    [Fact]
    public void Decode_RefusesACutBlockOfTexts_AtEveryLength()
    {
        byte[] block = HistoryCodec.Encode([.. Enumerable.Range(0, 40).Select(i =>
            new RawSample(Moments.At(i * 1.7), double.NaN, SampleQuality.Good, i % 2 == 0, $"unit {i / 3}"))]);

        for (int length = 0; length < block.Length; length++)
        {
            Assert.Throws<StateFormatException>(() => HistoryCodec.Decode(block.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Decode_GivesTextsOrRefuses_ForAnyBytes() => Properties.Hold(
        from block in Gen.Choose(0, 255).Select(b => (byte)b).ArrayOf()
        from start in Gen.Elements(new byte[] { 2, 5, 0x80 }, [2, 40, 0x81], [2, 1, 0xff])
        select (byte[])[.. start, .. block],
        block =>
        {
            try
            {
                HistoryCodec.Decode(block);
            }
            catch (StateFormatException)
            {
                // Refused, as it should be.
            }

            return true;
        });

    [Fact]
    public void Twin_KeepsTextsInItsHistory_OverARestart()
    {
        var definition = new TwinDefinition { Metrics = [new MetricRule { Name = "mode", IsText = true }, new MetricRule { Name = "a" }] };
        var engine = new TwinEngine(definition);
        var output = new TwinOutput();
        engine.Observe(new TwinSample(0, Moments.At(1), Moments.At(1), double.NaN, "auto"), output);
        engine.Observe(new TwinSample(0, Moments.At(3), Moments.At(3), double.NaN, "manual"), output);
        engine.Observe(new TwinSample(0, Moments.At(2), Moments.At(3), double.NaN, "stop", Historical: true), output);
        engine.Observe(new TwinSample(1, Moments.At(4), Moments.At(4), 5, Historical: true), output);

        var restored = new TwinEngine(definition);
        restored.Restore(new StateReader(Twins.TwinEngineStateTests.Save(engine)));
        List<RawSample> tail = [];
        restored.CollectRecentHistory(0, tail);
        restored.CutBlocks(output, all: true);

        Assert.Equal(["auto", "stop", "manual"], tail.Select(s => s.Text));
        Assert.Equal([false, true, false], tail.Select(s => s.Historical));
        Assert.Equal(tail, HistoryCodec.Decode(output.Blocks[0].Data.Span));
        Assert.Equal([new RawSample(Moments.At(4), 5, SampleQuality.Good, true)], HistoryCodec.Decode(output.Blocks[1].Data.Span));
    }

    private static bool IsExact(RawSample[] samples) => HistoryCodec.Decode(HistoryCodec.Encode(samples)).SequenceEqual(samples);
}
