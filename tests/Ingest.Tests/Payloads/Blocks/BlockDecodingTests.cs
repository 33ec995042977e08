using System.Collections.Frozen;
using System.Text;
using Millwright.Ingest.Payloads;
using Millwright.Ingest.Payloads.Blocks;
using Millwright.Plant;

namespace Millwright.Ingest.Tests.Payloads.Blocks;

public class BlockDecodingTests
{
    private const string Topic = "telemetry/acme/pump";
    private static readonly string Sixteen = string.Join(',', Enumerable.Range(1, 16));

    [Fact]
    public void Blocks_BecomeDerivedSamples_InTheRecordOfTheirMessage()
    {
        PayloadCase decoded = Decode(Vibration(), """{"ts":1000,"values":{"speed":25},"blocks":{"acc":{"rate":25600,"values":[#]}}}""");

        Assert.Equal(
            "acme:pump speed=25@1000000; acme:pump acc.rms=16@1000000; acme:pump acc.peak=25600@1000000; acme:pump acc.crest=1@1000000; "
            + "acme:pump acc.kurtosis=16@1000000; acme:pump acc.version='2'@1000000",
            decoded.Text);
    }

    [Theory]
    [InlineData("""{"ts":1000,"values":{"acc":[#]}}""", 1000)]
    [InlineData("""{"ts":1000,"values":{"acc":{"values":[#]}}}""", 1000)]
    [InlineData("""{"ts":1000,"values":{"acc":{"rate":null,"values":[#]}}}""", 1000)]
    [InlineData("""{"ts":1000,"values":{"acc":{"rate":50,"values":[#]}}}""", 50)]
    [InlineData("""{"ts":1000,"blocks":{"acc":[#]}}""", 1000)]
    [InlineData("""[{"ts":1000,"blocks":{"acc":[#]}}]""", 1000)]
    public void Rate_IsThePayloads_OrElseTheModels(string payload, double rate)
    {
        PayloadCase decoded = Decode(Vibration(), payload);

        Assert.Null(decoded.Code);
        Assert.Equal(rate, decoded.Records.Single().Samples.Single(s => s.Metric == "acc.peak").Value);
    }

    [Fact]
    public void NestedBlock_IsKnownByItsDottedName()
    {
        PayloadCase decoded = Decode(
            Vibration("motor.acc"), """{"ts":1000,"values":{"motor":{"acc":{"rate":10,"values":[#]},"t":3} } }""");

        Assert.Contains("motor.acc.rms=16@1000000", decoded.Text, StringComparison.Ordinal);
        Assert.Contains("motor.t=3@1000000", decoded.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownBlock_OfAnyAsset_GivesTheFourOfTime()
    {
        PayloadCase decoded = Decode(new PlantModel(), """{"ts":1000,"blocks":{"x":{"rate":10,"values":[#]}}}""");

        Assert.Equal(["x.rms", "x.peak", "x.crest", "x.kurtosis", "x.version"], decoded.Records.Single().Samples.Select(s => s.Metric));
    }

    [Fact]
    public void Curve_FindsItsAngles_InAnyOrder()
    {
        foreach (string members in new[] { $"\"torque\":[#],\"turned\":[#]", $"\"turned\":[#],\"torque\":[#]" })
        {
            PayloadCase decoded = Decode(Curve(), """{"ts":1000,"unit":"u1","step":"screw","values":{@}}""".Replace("@", members, StringComparison.Ordinal));

            Assert.Equal(
                ["turned.max", "turned.mean", "turned.last", "torque.peak", "torque.angle", "torque.rise", "torque.second", "torque.rest",
                    "torque.ripple", "torque.spread", "torque.version"],
                decoded.Records.Single().Samples.Select(s => s.Metric));
            Assert.All(decoded.Records.Single().Samples, s => Assert.Equal("u1", s.Step!.UnitId));
            Assert.Equal(16, decoded.Records.Single().Samples.Single(s => s.Metric == "torque.angle").Value);
        }
    }

    [Theory]
    [InlineData(""" "blocks":{"torque":[#],"turned":[#]}""")]
    [InlineData(""" "blocks":{"turned":{"values":[#]},"torque":{"values":[#]}}""")]
    [InlineData(""" "blocks":{"turned":[#]},"values":{"torque":[#]}""")]
    [InlineData(""" "values":{"turned":{"values":[#]},"torque":{"values":[#]}}""")]
    public void Curve_FindsItsAngles_InBlocksToo(string members)
    {
        PayloadCase decoded = Decode(Curve(), """{"ts":1000,@}""".Replace("@", members, StringComparison.Ordinal));

        Assert.Null(decoded.Code);
        Assert.Equal(16, decoded.Records.Single().Samples.Single(s => s.Metric == "torque.angle").Value);
        Assert.Equal(16, decoded.Records.Single().Samples.Single(s => s.Metric == "turned.last").Value);
    }

    [Theory]
    [InlineData(""" "a1":[#]""")]
    [InlineData(""" "a1":{"rate":1000,"values":[#]}""")]
    [InlineData(""" "x":{"a2":{"rate":1000,"values":[#]}}""")]
    public void Block_IsKnownByTheNameThatARuleGivesIt(string values)
    {
        PlantModel model = Vibration();
        model = model with
        {
            Rules =
            [
                new TopicRule
                {
                    Id = "r", Topic = "raw", Asset = "acme:pump", Time = "/ts", Values = "/v", Rename = new Dictionary<string, string> { ["a1"] = "acc", ["x.a2"] = "acc" },
                },
            ],
        };

        PayloadCase decoded = PayloadCase.Decode(
            new PayloadDecoder(model, new EchoAnalyst()), "raw", Encoding.UTF8.GetBytes(Filled("""{"ts":1000,"v":{@}}""".Replace("@", values, StringComparison.Ordinal))));

        Assert.Null(decoded.Code);
        Assert.Equal(["acc.rms", "acc.peak", "acc.crest", "acc.kurtosis", "acc.version"],
            decoded.Records.Single().Samples.Select(s => s.Metric));
    }

    [Theory]
    [InlineData("""{"ts":1000,"values":{"acc":[1,2,3]}}""", "payload.block.size")]
    [InlineData("""{"ts":1000,"blocks":{"acc":[]}}""", "payload.block.size")]
    [InlineData("""{"ts":1000,"blocks":{"other":[#]}}""", "payload.block.rate")]
    [InlineData("""{"ts":1000,"blocks":{"acc":{"rate":0,"values":[#]}}}""", "payload.block.rate")]
    [InlineData("""{"ts":1000,"blocks":{"acc":{"rate":-5,"values":[#]}}}""", "payload.block.rate")]
    [InlineData("""{"ts":1000,"blocks":{"acc":{"rate":1e12,"values":[#]}}}""", "payload.block.rate")]
    [InlineData("""{"ts":1000,"blocks":{"acc":{"rate":"x","values":[#]}}}""", "payload.block.rate")]
    [InlineData("""{"ts":1000,"blocks":{"acc":{"rate":10}}}""", "payload.value.type")]
    [InlineData("""{"ts":1000,"blocks":{"acc":{"rate":10,"values":7}}}""", "payload.value.type")]
    [InlineData("""{"ts":1000,"blocks":{"acc":7}}""", "payload.value.type")]
    [InlineData("""{"ts":1000,"blocks":[#]}""", "payload.value.type")]
    [InlineData("""{"ts":1000,"values":{"acc":[#,"x"]}}""", "payload.value.type")]
    [InlineData("""{"ts":1000,"values":{"acc":[#,1e999]}}""", "payload.number.range")]
    [InlineData("""{"ts":1000,"values":{"acc":[#,1e300]}}""", "payload.number.range")]
    [InlineData("""{"ts":1000,"blocks":{"":[#]}}""", "metric.name.invalid")]
    public void BadBlock_IsRefusedWithItsWholeElement(string payload, string code)
    {
        PayloadCase decoded = Decode(Vibration(), payload);

        Assert.Equal(code, decoded.Code);
        Assert.Empty(decoded.Records);
    }

    [Fact]
    public void BadBlock_LeavesTheOtherElementsAlone()
    {
        PayloadCase decoded = Decode(
            Vibration(), """[{"ts":1000,"blocks":{"acc":[#]}},{"ts":2000,"blocks":{"acc":[1]}},{"ts":3000,"values":{"speed":1}}]""");

        Assert.Equal(("payload.block.size", DecodeOutcome.Partial), (decoded.Code, decoded.Result.Outcome));
        Assert.Equal([1_000_000L, 3_000_000L], decoded.Records.Single().Samples.Select(s => s.EventTime.ToUnixTimeMilliseconds()).Distinct());
    }

    [Theory]
    [InlineData("\"torque\":[#]")]
    [InlineData("\"torque\":[#],\"turned\":[#,17]")]
    public void CurveWithoutItsAngles_IsRefused(string members) => Assert.Equal(
        "payload.block.pair",
        Decode(Curve(), """{"ts":1000,"values":{@}}""".Replace("@", members, StringComparison.Ordinal)).Code);

    [Fact]
    public void Blocks_AreBoundedInNumber()
    {
        string many = string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"b{i}\":{{\"rate\":10,\"values\":[#]}}"));

        Assert.Equal("payload.json.size", Decode(new PlantModel(), """{"ts":1000,"blocks":{@}}""".Replace("@", many, StringComparison.Ordinal)).Code);
    }

    [Fact]
    public void WithoutAnalyst_ABlockIsAnArrayLikeOthers() => Assert.Equal(
        "acme:pump acc.max=16@1000000; acme:pump acc.mean=8.5@1000000; acme:pump acc.last=16@1000000",
        PayloadCase.Decode(Vibration(), Topic, Filled("""{"ts":1000,"values":{"acc":[#]}}""")).Text);

    private static string Filled(string payload) => payload.Replace("#", Sixteen, StringComparison.Ordinal);

    private static PayloadCase Decode(PlantModel model, string payload) =>
        PayloadCase.Decode(new PayloadDecoder(model, new EchoAnalyst()), Topic, Encoding.UTF8.GetBytes(Filled(payload)));

    private static PlantModel Vibration(string metric = "acc") =>
        Model(new BlockDefinition { Metric = metric, Rate = 1000, Version = "2" }.Settled());

    private static PlantModel Curve() => Model(new BlockDefinition { Metric = "torque", Kind = BlockKind.Curve, Angle = "turned" }.Settled());

    private static PlantModel Model(BlockDefinition block) => new()
    {
        Assets = new Dictionary<string, AssetDefinition>
        {
            ["acme:pump"] = new()
            {
                Id = AssetId.TryParse("acme:pump", out AssetId id) ? id : default, Type = "pump", DisplayName = "Pump", Blocks = [block],
            },
        }.ToFrozenDictionary(),
    };

    /// <summary>Says what it was given: length, rate or last angle, first value, length; the core's own figures are tested with the core.</summary>
    private sealed class EchoAnalyst : IBlockAnalyst
    {
        public double[] Derive(BlockDefinition definition, in BlockSamples block)
        {
            double[] values = new double[definition.Names.Length];
            values[0] = block.Values.ToArray().Sum(v => v * v) > 1e308 ? double.PositiveInfinity : block.Values.Length;
            values[1] = definition.Kind == BlockKind.Curve ? block.Angles[^1] : block.Rate;
            values[2] = block.Values[0];
            values[3] = block.Values.Length;
            return values;
        }
    }
}
