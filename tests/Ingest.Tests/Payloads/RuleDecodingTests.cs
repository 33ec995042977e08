using System.Collections.Frozen;
using System.Text;
using Millwright.Ingest.Payloads;
using Millwright.Plant;

namespace Millwright.Ingest.Tests.Payloads;

public class RuleDecodingTests
{
    private static readonly TopicRule Tag = new()
    {
        Id = "tag", Topic = "plant/{line}/{asset}/{tag}", Asset = "acme:{asset}", Time = "/t", Value = "/v", Metric = "{tag}",
            Quality = "/q",
    };

    [Fact]
    public void Decode_ReadsWorkloadOne()
    {
        PayloadCase decoded = PayloadCase.Decode(
            Model(Tag), "plant/l05/asset-00005/temp", """{"a":"asset-00005","s":"temp","t":1700000000123456,"v":70.1234,"q":192,"n":17}""");

        Assert.Equal("acme:asset-00005 temp=70.1234@1700000000123.456", decoded.Text);
    }

    [Theory]
    [InlineData("{/source}", "/acme/gw-7")]
    [InlineData("{line}/{/n}", "l05/17")]
    [InlineData("{line}", "l05")]
    [InlineData("{/nobody}", null)]
    [InlineData("{/v/x}", null)]
    [InlineData("", null)]
    public void Decode_FindsTheSource(string template, string? expected)
    {
        PayloadCase decoded = PayloadCase.Decode(
            Model(Tag with { Source = template }), "plant/l05/a/temp", """{"t":1700000000,"v":70,"source":"/acme/gw-7","n":17}""");

        Assert.Equal(expected, Assert.Single(decoded.Records).Source);
    }

    [Fact]
    public void Decode_MakesARecordOfEachSource_AndNoMetricOfItsName()
    {
        var rule = new TopicRule
        {
            Id = "gateways", Topic = "all", Asset = "acme:{/a}", Items = "/i", Time = "/t", ValuesIsRoot = true, Ignore = ["a"], Source = "{/via}",
        };
        PayloadCase decoded = PayloadCase.Decode(
            Model(rule), "all", """{"i":[{"a":"x","t":1,"via":"g1","m":1},{"a":"x","t":2,"via":"g1","m":2},{"a":"x","t":3,"via":"g2","m":3},{"a":"x","t":4,"m":4}]}""");

        Assert.Equal([("g1", 2), ("g2", 1), (null, 1)], decoded.Records.Select(r => (r.Source, r.Samples.Length)));
        Assert.All(decoded.Records.SelectMany(r => r.Samples), s => Assert.Equal("m", s.Metric));
    }

    [Fact]
    public void Decode_RefusesASourceThatIsNoName()
    {
        string name = new('x', 129);
        PayloadCase decoded = PayloadCase.Decode(PlantModel.Empty, "telemetry/acme/a", $$"""[{"values":{"m":1},"source":"{{name}}"},{"values":{"m":2},"source":"gw"}]""");

        Assert.Equal((DecodeReasons.SourceInvalid, 1), (decoded.Code, decoded.Records.Count));
        Assert.Equal("gw", decoded.Records[0].Source);
    }

    [Theory]
    [InlineData("0", " Bad")]
    [InlineData("192", "")]
    [InlineData("64", " Uncertain")]
    [InlineData("500", " Stale")]
    [InlineData("2147483648", " Bad")]
    [InlineData("1073741824", " Uncertain")]
    [InlineData("2949120", "")]
    [InlineData("true", "")]
    [InlineData("false", " Bad")]
    [InlineData("null", "")]
    [InlineData("\"GOOD\"", "")]
    [InlineData("\"uncertain\"", " Uncertain")]
    [InlineData("\"Bad\"", " Bad")]
    [InlineData("\"STALE\"", " Stale")]
    [InlineData("\"192\"", "")]
    public void Decode_UnderstandsQualities(string quality, string expected) =>
        Assert.Equal(
            $"acme:a m=1@1700000000000{expected}",
                PayloadCase.Decode(Model(Tag), "plant/l/a/m", $"{{\"t\":1700000000,\"v\":1,\"q\":{quality}}}").Text);

    [Theory]
    [InlineData("1700000000", "1700000000000")]
    [InlineData("1700000000.25", "1700000000250")]
    [InlineData("1700000000123", "1700000000123")]
    [InlineData("1700000000123.5", "1700000000123.5")]
    [InlineData("1.7e12", "1700000000000")]
    [InlineData("1700000000123456", "1700000000123.456")]
    [InlineData("1700000000123456789", "1700000000123.4567")]
    [InlineData("0", "0")]
    [InlineData("\"1700000000\"", "1700000000000")]
    [InlineData("\"2023-11-14T22:13:20Z\"", "1700000000000")]
    [InlineData("\"2023-11-14t22:13:20.5z\"", "1700000000500")]
    [InlineData("\"2023-11-14 23:13:20+01:00\"", "1700000000000")]
    [InlineData("\"2023-11-15T03:43:20.1234567899+0530\"", "1700000000123.4567")]
    [InlineData("\"2023-11-14T12:13:20-10\"", "1700000000000")]
    [InlineData("\"2023-11-14T22:13Z\"", "1699999980000")]
    [InlineData("\"2026-03-01T12:02:00Z\"", "1772366520000")]
    public void Decode_UnderstandsTimes(string time, string milliseconds) =>
        Assert.Equal($"acme:a m=1@{milliseconds}", PayloadCase.Decode(Model(Tag), "plant/l/a/m", $"{{\"t\":{time},\"v\":1}}").Text);

    [Theory]
    [InlineData("1", "1")]
    [InlineData("-0", "-0")]
    [InlineData("0.1", "0.1")]
    [InlineData("-273.15", "-273.15")]
    [InlineData("70.1234", "70.1234")]
    [InlineData("1e3", "1000")]
    [InlineData("1E-3", "0.001")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157E+308")]
    [InlineData("5e-324", "5E-324")]
    [InlineData("1e-999", "0")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("123456789012345678901234567890", "1.2345678901234568E+29")]
    [InlineData("0.30000000000000004", "0.30000000000000004")]
    [InlineData("true", "1")]
    [InlineData("false", "0")]
    [InlineData("\"on\"", "'on'")]
    [InlineData("\"\"", "''")]
    [InlineData("\"a\\u00e9\\ud83d\\ude00\\n\"", "'aé😀\n'")]
    public void Decode_KeepsValuesExact(string value, string expected) =>
        Assert.Equal($"acme:a m={expected}@1700000000000",
            PayloadCase.Decode(Model(Tag), "plant/l/a/m", $"{{\"t\":1700000000,\"v\":{value}}}").Text);

    [Fact]
    public void Decode_KeepsTheGoodElements_WhenOneIsBad()
    {
        PayloadCase decoded = PayloadCase.Decode(
            Model(Tag), "plant/l/a/m", """[{"t":1700000000,"v":1},{"t":1700000001,"v":2},{"t":"?","v":3},{"v":4},{"t":1700000004,"v":5}]""");

        Assert.Equal("acme:a m=1@1700000000000; acme:a m=2@1700000001000; acme:a m=5@1700000004000", decoded.Text);
        Assert.Equal(new DecodeResult(DecodeOutcome.Partial, 1, 3, 2, 0), decoded.Result);
        Assert.Equal(DecodeReasons.TimeInvalid, decoded.Code);
        Assert.StartsWith("element 3:", decoded.Detail, StringComparison.Ordinal);
        Assert.EndsWith("(2 of 5 elements refused)", decoded.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_KeepsNothingOfAnElement_WhenOneOfItsValuesIsBad()
    {
        PayloadCase decoded = PayloadCase.Decode(
            Model(), "telemetry/acme/a", """[{"values":{"x":1,"y":2}},{"values":{"x":3,"y":1e999}}]""");

        Assert.Equal("acme:a x=1@now; acme:a y=2@now", decoded.Text);
        Assert.Equal(DecodeReasons.NumberRange, decoded.Code);
    }

    [Fact]
    public void Decode_MakesOneRecordPerAsset_WhenElementsInterleave()
    {
        var rule = new TopicRule { Id = "r", Topic = "many", Asset = "acme:{/id}", Items = "/list", Time = "/t", Value = "/v",
            Metric = "m" };

        PayloadCase decoded = PayloadCase.Decode(
            Model(rule), "many", """{"t":1700000000,"list":[{"id":"a","v":1},{"id":"b","v":2},{"id":"a","v":3},{"id":"b","v":4},{"id":"a","v":5}]}""");

        Assert.Equal(["acme:a", "acme:b"], decoded.Records.Select(r => r.AssetId));
        Assert.Equal([1, 3, 5], decoded.Records[0].Samples.Select(s => s.Value));
        Assert.Equal([2, 4], decoded.Records[1].Samples.Select(s => s.Value));
        Assert.All(decoded.Records[0].Samples, s => Assert.Equal(1_700_000_000, s.EventTime.ToUnixTimeSeconds()));
    }

    [Fact]
    public void Decode_KeepsEachStepARecordOfItsOwn()
    {
        var rule = new TopicRule { Id = "r", Topic = "s", Asset = "acme:x", Values = "/p", Unit = "SN{/u}", Step = "{/s}" };

        PayloadCase decoded = PayloadCase.Decode(Model(rule), "s", """[{"u":1,"s":"screw","p":{"torque":8}},{"u":2,"s":"screw","p":{"torque":9}}]""");

        Assert.Equal("acme:x torque=8@now SN1/screw; acme:x torque=9@now SN2/screw", decoded.Text);
        Assert.Equal(2, decoded.Records.Count);
    }

    [Fact]
    public void Decode_LeavesOutWhatIsNoMetric_WhenTheMessageIsTheValues()
    {
        var rule = new TopicRule
        {
            Id = "r", Topic = "f", Asset = "acme:{/id}", Time = "/ts", ValuesIsRoot = true, Quality = "/q", Ignore = ["seq"],
            Rename = new Dictionary<string, string> { ["tmp"] = "temperature", ["motor.i"] = "current" },
        };

        PayloadCase decoded = PayloadCase.Decode(Model(rule), "f", """{"id":"a","ts":1700000000,"q":192,"seq":9,"tmp":21,"motor":{"i":3,"seq":4}}""");

        Assert.Equal("acme:a temperature=21@1700000000000; acme:a current=3@1700000000000; acme:a motor.seq=4@1700000000000", decoded.Text);
    }

    [Fact]
    public void Decode_ReadsFields_FromPayloadsOfAnyShape()
    {
        var rule = new TopicRule
        {
            Id = "r", Topic = "f/{site}/{rest*}", Asset = "{site}:{rest}",
            Fields = new Dictionary<string,
                string> { ["wave"] = "/sig/0/y", ["temp"] = "/sig/1/y/value", ["gone"] = "/no/such", ["odd"] = "/a~1b/~0" },
        };

        PayloadCase decoded = PayloadCase.Decode(Model(rule), "f/acme/l1/p7", """{"sig":[{"y":[1,-4,3]},{"y":{"value":20}}],"a/b":{"~":7}}""");

        Assert.Equal(
            "acme:l1.p7 odd=7@now; acme:l1.p7 temp=20@now; acme:l1.p7 wave.max=3@now; acme:l1.p7 wave.mean=0@now; acme:l1.p7 wave.last=3@now", decoded.Text);
    }

    [Theory]
    [InlineData("21.5", "acme:a temp=21.5@now")]
    [InlineData("true", "acme:a temp=1@now")]
    [InlineData("\"open\"", "acme:a temp='open'@now")]
    public void Decode_ReadsABareValue_WhenTheMessageIsTheValue(string payload, string expected)
    {
        var rule = new TopicRule { Id = "r", Topic = "shelly/{id}/{m}", Asset = "acme:{id}", ValueIsRoot = true, Metric = "{m}" };

        Assert.Equal(expected, PayloadCase.Decode(Model(rule), "shelly/a/temp", payload).Text);
    }

    [Theory]
    [InlineData("""{"values":{"n":"42.5","s":7}}""", "acme:known n=42.5@now; acme:known s='7'@now")]
    [InlineData("""{"values":{"n":"true","s":"7"}}""", "acme:known n=1@now; acme:known s='7'@now")]
    [InlineData("""{"values":{"n":"NaN","s":"NaN"}}""", "acme:known s='NaN'@now")]
    public void Decode_ReadsValuesAsTheModelCallsThem(string payload, string expected)
    {
        Assert.True(AssetId.TryParse("acme:known", out AssetId id));
        var known = new AssetDefinition
        {
            Id = id, Type = "", DisplayName = "",
                Metrics = [new MetricDefinition { Name = "n" }, new MetricDefinition { Name = "s", IsText = true }],
        };
        PlantModel model = Model() with { Assets = new Dictionary<string,
            AssetDefinition> { ["acme:known"] = known }.ToFrozenDictionary() };

        Assert.Equal(expected, PayloadCase.Decode(model, "telemetry/acme/known", payload).Text);
    }

    [Fact]
    public void Decode_MapsAUnsPlace_ToTheOnlyAssetThere()
    {
        Assert.True(AssetId.TryParse("acme.lyon:pump-01", out AssetId id));
        var pump = new AssetDefinition
        {
            Id = id, Type = "", DisplayName = "",
                Location = new Location { Enterprise = "acme", Site = "lyon", Area = "pack", Line = "l1", Cell = "c1" },
        };
        PlantModel model = Model() with { Assets = new Dictionary<string,
            AssetDefinition> { ["acme.lyon:pump-01"] = pump }.ToFrozenDictionary() };

        Assert.Equal(
            "acme.lyon:pump-01 t=1@1700000000000",
            PayloadCase.Decode(model, "umh/v1/acme/lyon/pack/l1/c1/_raw/t", """{"timestamp_ms":1700000000000,"value":1}""").Text);
    }

    [Fact]
    public void Decode_AsksTheModelsRulesFirst_InTheirOrder()
    {
        TopicRule first = new() { Id = "1", Topic = "telemetry/special/+", Asset = "acme:first", ValuesIsRoot = true };
        TopicRule second = new() { Id = "2", Topic = "telemetry/#", Asset = "acme:second", ValuesIsRoot = true };
        PlantModel model = Model(first, second);

        Assert.Equal("acme:first x=1@now", PayloadCase.Decode(model, "telemetry/special/a", """{"x":1}""").Text);
        Assert.Equal("acme:second x=1@now", PayloadCase.Decode(model, "telemetry/acme/a", """{"x":1}""").Text);
        Assert.Equal(DecodeOutcome.Unmapped,
            PayloadCase.Decode(Model(new TopicRule { Id = "3", Topic = "#", Asset = "a:b", ValuesIsRoot = true }), "$SYS/x", "{}")
                .Result.Outcome);
    }

    [Fact]
    public void Decode_AcceptsAByteOrderMark() =>
        Assert.Equal("acme:a x=1@now", PayloadCase.Decode(Model(), "telemetry/acme/a", "\uFEFF{\"values\":{\"x\":1}}").Text);

    [Fact]
    public void Decode_GivesTheSameStrings_ForTheSameNames()
    {
        var decoder = new PayloadDecoder(Model());
        byte[] payload = Encoding.UTF8.GetBytes("""{"values":{"temperature":1,"state":"running"}}""");

        PayloadCase first = PayloadCase.Decode(decoder, "telemetry/acme/a", payload);
        PayloadCase second = PayloadCase.Decode(decoder, "telemetry/acme/a", payload);

        Assert.Same(first.Records[0].AssetId, second.Records[0].AssetId);
        Assert.Same(first.Records[0].Samples[0].Metric, second.Records[0].Samples[0].Metric);
        Assert.Same(first.Records[0].Samples[1].Text, second.Records[0].Samples[1].Text);
    }

    private static PlantModel Model(params TopicRule[] rules) => new() { Rules = rules };
}
