using System.Collections.Frozen;
using System.Text;
using Millwright.Ingest.Payloads;
using Millwright.Plant;

namespace Millwright.Ingest.Tests.Payloads;

public class MalformedPayloadTests
{
    private const string Telemetry = "telemetry/acme/a";
    private const string Tag = "tag/x";
    private const string Flat = "flat/x";
    private const string Step = "step/x";
    private const string Items = "items/x";
    private const string Named = "named/x";
    private const string Uns = "umh/v1/acme/_raw/t";
    private const string Device = "v1/devices/me/telemetry";
    private const string Gateway = "v1/gateway/telemetry";

    private static readonly PlantModel Plant = new()
    {
        DeviceNamespace = "tb",
        Assets = new Dictionary<string, AssetDefinition>
        {
            ["acme:known"] = Known(),
        }.ToFrozenDictionary(),
        Rules =
        [
            new TopicRule { Id = "tag", Topic = "tag/{asset}", Asset = "acme:{asset}", Time = "/t", Value = "/v", Metric = "m",
                Quality = "/q", Historical = "/h" },
            new TopicRule { Id = "flat", Topic = "flat/{asset}", Asset = "acme:{asset}", ValuesIsRoot = true },
            new TopicRule { Id = "step", Topic = "step/{asset}", Asset = "acme:{asset}", Values = "/p", Unit = "{/unit}",
                Step = "{/step}" },
            new TopicRule { Id = "items", Topic = "items/{asset}", Asset = "acme:{asset}", Items = "/d/items", Value = "/v",
                Metric = "{/n}" },
            new TopicRule { Id = "named", Topic = "named/+", Asset = "acme:{/id}", Fields = new Dictionary<string,
                string> { ["m"] = "/v", ["w"] = "/w/0" } },
            new TopicRule { Id = "iso", Topic = "iso/x", Asset = "acme:x", Time = "/t", TimeFormat = TimeFormat.Iso8601, Value = "/v",
                Metric = "m" },
            new TopicRule { Id = "ns", Topic = "ns/x", Asset = "acme:x", Time = "/t", TimeFormat = TimeFormat.Nanoseconds, Value = "/v",
                Metric = "m" },
            new TopicRule { Id = "s", Topic = "s/x", Asset = "acme:x", Time = "/t", TimeFormat = TimeFormat.Seconds, Value = "/v",
                Metric = "m" },
        ],
    };

    public static TheoryData<string, string, string> Syntax => new()
    {
        { Telemetry, "{", DecodeReasons.JsonInvalid },
        { Telemetry, "}", DecodeReasons.JsonInvalid },
        { Telemetry, "nonsense", DecodeReasons.JsonInvalid },
        { Telemetry, "42,5", DecodeReasons.JsonInvalid },
        { Telemetry, " ", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1}}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1}} x", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1},}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1,}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{,\"values\":{}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\" {\"t\":1}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":}", DecodeReasons.JsonInvalid },
        { Telemetry, "{values:{\"t\":1}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{'values':{'t':1}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":NaN}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":Infinity}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":-Infinity}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":True}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":nul}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":01}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":+1}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":.5}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":5.}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1e}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1e+}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":-}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":0x10}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1_000}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":\"open}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":\"a\nb\"}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":\"\\x\"}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":\"\\u12\"}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":\"\\uD800\"}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":\"\\uDC00\"}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":\"\\uD800\\u0041\"}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1}} // note", DecodeReasons.JsonInvalid },
        { Telemetry, "/* c */{\"values\":{\"t\":1}}", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1}}{\"values\":{\"t\":2}}", DecodeReasons.JsonInvalid },
        { Telemetry, "[{\"values\":{\"t\":1}}", DecodeReasons.JsonInvalid },
        { Telemetry, "[1,]", DecodeReasons.JsonInvalid },
        { Telemetry, "{\"values\":{\"t\":1},\"values\":{\"t\":2}}", DecodeReasons.JsonDuplicate },
        { Telemetry, "{\"values\":{\"t\":1,\"t\":2}}", DecodeReasons.JsonDuplicate },
        { Telemetry, "{\"values\":{\"t\":1,\"\\u0074\":2}}", DecodeReasons.JsonDuplicate },
        { Telemetry, "{\"x\":{\"a\":1,\"a\":1},\"values\":{\"t\":1}}", DecodeReasons.JsonDuplicate },
        { Telemetry, "{\"values\":{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,\"f\":1,\"g\":1,\"h\":1,\"i\":1,\"j\":1,\"k\":1,\"l\":1,\"m\":1,\"a\":1}}", DecodeReasons.JsonDuplicate },
    };

    public static TheoryData<string, string, string> Shapes => new()
    {
        { Telemetry, "42", DecodeReasons.Shape },
        { Telemetry, "\"text\"", DecodeReasons.Shape },
        { Telemetry, "null", DecodeReasons.Shape },
        { Telemetry, "true", DecodeReasons.Shape },
        { Telemetry, "[1]", DecodeReasons.Shape },
        { Telemetry, "[[{\"values\":{\"t\":1}}]]", DecodeReasons.Shape },
        { Gateway, "[]", DecodeReasons.Shape },
        { Gateway, "7", DecodeReasons.Shape },
        { Gateway, "{\"A\":5}", DecodeReasons.Shape },
        { Gateway, "{\"A\":[5]}", DecodeReasons.Shape },
        { Telemetry, "{}", DecodeReasons.ValueMissing },
        { Telemetry, "{\"ts\":1700000000000}", DecodeReasons.ValueMissing },
        { Telemetry, "{\"t\":1}", DecodeReasons.ValueMissing },
        { Telemetry, "{\"Values\":{\"t\":1}}", DecodeReasons.ValueMissing },
        { Tag, "{\"t\":1700000000}", DecodeReasons.ValueMissing },
        { Items, "{}", DecodeReasons.ValueMissing },
        { Items, "{\"d\":[]}", DecodeReasons.ValueMissing },
        { Items, "{\"d\":{\"items\":[{\"n\":\"a\"}]}}", DecodeReasons.ValueMissing },
        { Named, "{\"id\":\"a\"}", DecodeReasons.ValueMissing },
        { Named, "{\"id\":\"a\",\"w\":[]}", DecodeReasons.ValueMissing },
        { Uns, "{\"timestamp_ms\":1700000000000}", DecodeReasons.ValueMissing },
        { Telemetry, "{\"values\":5}", DecodeReasons.ValueType },
        { Telemetry, "{\"values\":[1,2]}", DecodeReasons.ValueType },
        { Telemetry, "{\"values\":\"x\"}", DecodeReasons.ValueType },
        { Telemetry, "{\"values\":null}", DecodeReasons.ValueType },
        { Telemetry, "{\"values\":{\"t\":[\"a\"]}}", DecodeReasons.ValueType },
        { Telemetry, "{\"values\":{\"t\":[1,null]}}", DecodeReasons.ValueType },
        { Telemetry, "{\"values\":{\"t\":[[1]]}}", DecodeReasons.ValueType },
        { Telemetry, "{\"values\":{\"t\":[{\"a\":1}]}}", DecodeReasons.ValueType },
        { Tag, "{\"t\":1700000000,\"v\":{\"x\":1}}", DecodeReasons.ValueType },
        { "telemetry/acme/known", "{\"values\":{\"n\":\"warm\"}}", DecodeReasons.ValueType },
        { "telemetry/acme/known", "{\"values\":{\"n\":\"Infinity\"}}", DecodeReasons.ValueType },
        { "telemetry/acme/known", "{\"values\":{\"n\":\"-inf\"}}", DecodeReasons.ValueType },
        { "telemetry/acme/known", "{\"values\":{\"n\":\"1,5\"}}", DecodeReasons.ValueType },
        { "telemetry/acme/known", "{\"values\":{\"n\":\" 5\"}}", DecodeReasons.ValueType },
        { "telemetry/acme/known", "{\"values\":{\"n\":\"1e999\"}}", DecodeReasons.NumberRange },
        { Telemetry, "{\"values\":{\"t\":1e309}}", DecodeReasons.NumberRange },
        { Telemetry, "{\"values\":{\"t\":-1e400}}", DecodeReasons.NumberRange },
        { Telemetry, "{\"values\":{\"t\":[1,1e999]}}", DecodeReasons.NumberRange },
        { Telemetry, "{\"values\":{\"t\":[1.7e308,1.7e308]}}", DecodeReasons.NumberRange },
        { Telemetry, "{\"values\":{\"\":1}}", DecodeReasons.MetricInvalid },
        { Telemetry, "{\"values\":{\"a\\u0000b\":1}}", DecodeReasons.MetricInvalid },
        { Telemetry, "{\"values\":{\"a\\nb\":1}}", DecodeReasons.MetricInvalid },
        { Telemetry, $"{{\"values\":{{\"{new string('m', 129)}\":1}}}}", DecodeReasons.MetricInvalid },
        { Telemetry, $"{{\"values\":{{\"{new string('m', 100)}\":{{\"{new string('n', 100)}\":1}}}}}}", DecodeReasons.MetricInvalid },
        { Telemetry, $"{{\"values\":{{\"{new string('m', 126)}\":[1]}}}}", DecodeReasons.MetricInvalid },
        { Items, "{\"d\":{\"items\":[{\"v\":1}]}}", DecodeReasons.MetricMissing },
        { Items, "{\"d\":{\"items\":[{\"v\":1,\"n\":\"\"}]}}", DecodeReasons.MetricMissing },
        { Items, "{\"d\":{\"items\":[{\"v\":1,\"n\":null}]}}", DecodeReasons.MetricMissing },
        { Items, "{\"d\":{\"items\":[{\"v\":1,\"n\":{}}]}}", DecodeReasons.MetricMissing },
        { Items, "{\"d\":{\"items\":[{\"v\":1,\"n\":\"a\\tb\"}]}}", DecodeReasons.MetricInvalid },
        { Items, "{\"d\":{\"items\":7}}", DecodeReasons.Shape },
        { Telemetry, $"{{\"values\":{{\"t\":\"{new string('x', 4097)}\"}}}}", DecodeReasons.TextTooLong },
        { Flat, "[1]", DecodeReasons.Shape },
    };

    public static TheoryData<string, string, string> Times => new()
    {
        { Tag, "{\"v\":1}", DecodeReasons.TimeMissing },
        { Tag, "{\"t\":null,\"v\":1}", DecodeReasons.TimeMissing },
        { Uns, "{\"value\":1}", DecodeReasons.TimeMissing },
        { Tag, "{\"t\":true,\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":{},\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":[1700000000],\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"yesterday\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-13-01T00:00:00Z\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-02-30T00:00:00Z\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2023-02-29T00:00:00Z\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-01-01T24:00:00Z\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-01-01T00:60:00Z\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-01-01T00:00:61Z\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-01-01T00:00:00.Z\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-01-01T00:00:00+25:00\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-01-01T00:00:00+1\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-01-01T00:00:00ZZ\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-01-01\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"01.02.2024 10:00\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"0000-01-01T00:00:00Z\",\"v\":1}", DecodeReasons.TimeInvalid },
        { Tag, "{\"t\":\"2024-01-01T00:00:00\",\"v\":1}", DecodeReasons.TimeOffset },
        { Tag, "{\"t\":\"2024-01-01 00:00:00.123\",\"v\":1}", DecodeReasons.TimeOffset },
        { Tag, "{\"t\":-1,\"v\":1}", DecodeReasons.TimeRange },
        { Tag, "{\"t\":-1.5,\"v\":1}", DecodeReasons.TimeRange },
        { Tag, "{\"t\":99999999999,\"v\":1}", DecodeReasons.TimeRange },
        { Tag, "{\"t\":9e99,\"v\":1}", DecodeReasons.TimeRange },
        { Tag, "{\"t\":99999999999999999999999,\"v\":1}", DecodeReasons.TimeRange },
        { Tag, "{\"t\":9223372036854775807,\"v\":1}", DecodeReasons.TimeRange },
        { Tag, "{\"t\":\"1969-12-31T23:59:59Z\",\"v\":1}", DecodeReasons.TimeRange },
        { Tag, "{\"t\":\"2201-01-01T00:00:00Z\",\"v\":1}", DecodeReasons.TimeRange },
        { Tag, "{\"t\":\"2199-12-31T23:59:59Z\",\"v\":1}", DecodeReasons.FutureTimestamp },
        { Telemetry, "{\"ts\":\"2199-06-01T12:00:00Z\",\"values\":{\"t\":1}}", DecodeReasons.FutureTimestamp },
        { Tag, "{\"t\":\"0001-01-01T00:00:00+14:00\",\"v\":1}", DecodeReasons.TimeRange },
        { Tag, "{\"t\":\"9999-12-31T23:59:59-14:00\",\"v\":1}", DecodeReasons.TimeRange },
        { "iso/x", "{\"t\":1700000000,\"v\":1}", DecodeReasons.TimeInvalid },
        { "iso/x", "{\"t\":\"1700000000\",\"v\":1}", DecodeReasons.TimeInvalid },
        { "s/x", "{\"t\":1700000000000,\"v\":1}", DecodeReasons.TimeRange },
        { "s/x", "{\"t\":\"2024-01-01T00:00:00Z\",\"v\":1}", DecodeReasons.TimeInvalid },
        { "ns/x", "{\"t\":9223372036854775808,\"v\":1}", DecodeReasons.TimeRange },
        { Telemetry, "{\"ts\":\"soon\",\"values\":{\"t\":1}}", DecodeReasons.TimeInvalid },
    };

    public static TheoryData<string, string, string> Identities => new()
    {
        { Tag, "{\"t\":1700000000,\"v\":1,\"q\":3000}", DecodeReasons.QualityInvalid },
        { Tag, "{\"t\":1700000000,\"v\":1,\"q\":-1}", DecodeReasons.QualityInvalid },
        { Tag, "{\"t\":1700000000,\"v\":1,\"q\":1.5}", DecodeReasons.QualityInvalid },
        { Tag, "{\"t\":1700000000,\"v\":1,\"q\":\"fine\"}", DecodeReasons.QualityInvalid },
        { Tag, "{\"t\":1700000000,\"v\":1,\"q\":\"\"}", DecodeReasons.QualityInvalid },
        { Tag, "{\"t\":1700000000,\"v\":1,\"q\":[192]}", DecodeReasons.QualityInvalid },
        { Tag, "{\"t\":1700000000,\"v\":1,\"h\":1}", DecodeReasons.HistoricalInvalid },
        { Tag, "{\"t\":1700000000,\"v\":1,\"h\":\"true\"}", DecodeReasons.HistoricalInvalid },
        { Named, "{\"v\":1}", DecodeReasons.AssetMissing },
        { Named, "{\"id\":null,\"v\":1}", DecodeReasons.AssetMissing },
        { Named, "{\"id\":\"\",\"v\":1}", DecodeReasons.AssetMissing },
        { Named, "{\"id\":{},\"v\":1}", DecodeReasons.AssetMissing },
        { Named, "{\"id\":\"a/b\",\"v\":1}", DecodeReasons.AssetInvalid },
        { Named, "{\"id\":\"a\\u0001\",\"v\":1}", DecodeReasons.AssetInvalid },
        { Named, $"{{\"id\":\"{new string('a', 252)}\",\"v\":1}}", DecodeReasons.AssetInvalid },
        { Named, $"{{\"id\":\"{new string('a', 9000)}\",\"v\":1}}", DecodeReasons.AssetMissing },
        { "telemetry/9bad/a", "{\"values\":{\"t\":1}}", DecodeReasons.AssetInvalid },
        { "telemetry/a b/a", "{\"values\":{\"t\":1}}", DecodeReasons.AssetInvalid },
        { "telemetry/acme/", "{\"values\":{\"t\":1}}", DecodeReasons.AssetInvalid },
        { Gateway, "{\"a/b\":[{\"t\":1}]}", DecodeReasons.AssetInvalid },
        { Gateway, "{\"\":[{\"t\":1}]}", DecodeReasons.AssetInvalid },
        { Gateway, $"{{\"{new string('d', 5000)}\":[{{\"t\":1}}]}}", DecodeReasons.AssetInvalid },
        { Step, "{\"p\":{\"m\":1},\"step\":\"s\"}", DecodeReasons.UnitMissing },
        { Step, "{\"p\":{\"m\":1},\"unit\":\"\",\"step\":\"s\"}", DecodeReasons.UnitMissing },
        { Step, $"{{\"p\":{{\"m\":1}},\"unit\":\"{new string('u', 129)}\",\"step\":\"s\"}}", DecodeReasons.UnitInvalid },
        { Step, "{\"p\":{\"m\":1},\"unit\":\"a\\tb\",\"step\":\"s\"}", DecodeReasons.UnitInvalid },
        { Step, "{\"p\":{\"m\":1},\"unit\":\"u\"}", DecodeReasons.StepMissing },
        { Step, $"{{\"p\":{{\"m\":1}},\"unit\":\"u\",\"step\":\"{new string('s', 129)}\"}}", DecodeReasons.StepInvalid },
        { Telemetry, "{\"values\":{\"m\":1},\"unit\":\"u\"}", DecodeReasons.StepMissing },
        { Telemetry, $"{{\"values\":{{\"m\":1}},\"source\":\"{new string('s', 129)}\"}}", DecodeReasons.SourceInvalid },
        { Telemetry, "{\"values\":{\"m\":1},\"source\":\"a\\tb\"}", DecodeReasons.SourceInvalid },
    };

    [Fact]
    public void OneTickBeyondTheClockSkew_IsTheFuture() => Assert.Equal(
        DecodeReasons.FutureTimestamp, PayloadCase.Decode(Plant, Tag, "{\"t\":\"2026-03-01T12:02:00.0000001Z\",\"v\":1}").Code);

    [Theory]
    [MemberData(nameof(Syntax))]
    [MemberData(nameof(Shapes))]
    [MemberData(nameof(Times))]
    [MemberData(nameof(Identities))]
    public void Decode_RefusesWithItsReason_AndEmitsNothing(string topic, string payload, string code)
    {
        PayloadCase decoded = PayloadCase.Decode(Plant, topic, payload);

        Assert.Equal(code, decoded.Code);
        Assert.Equal(DecodeOutcome.Rejected, decoded.Result.Outcome);
        Assert.Empty(decoded.Records);
        Assert.NotEmpty(decoded.Detail);
        Assert.Equal(1, decoded.Result.RejectedElements);
    }

    [Fact]
    public void Decode_RefusesBytes_ThatAreNoText()
    {
        var decoder = new PayloadDecoder(Plant);
        byte[][] broken = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [.. "{\"values\":{\"t\":\""u8, 0x80, .. "\"}}"u8],
            [0xF4, 0x90, 0x80, 0x80]];

        Assert.All(broken, b => Assert.Equal(DecodeReasons.Utf8Invalid, PayloadCase.Decode(decoder, Telemetry, b).Code));
    }

    [Fact]
    public void Decode_RefusesMessages_BeyondItsBounds()
    {
        string depth33 = $"{{\"values\":{string.Concat(Enumerable.Repeat("{\"a\":", 31))}{{\"b\":1}}{new string('}', 32)}";
        string cells = $"{{\"values\":{{\"t\":[{string.Join(',', Enumerable.Repeat("1", DecodeLimits.MaxCells))}]}}}}";
        string elements = $"[{string.Join(',', Enumerable.Repeat("{\"values\":{\"t\":1}}", DecodeLimits.MaxElements + 5))}]";

        Assert.Equal(DecodeReasons.JsonDepth, PayloadCase.Decode(Plant, Telemetry, depth33).Code);
        Assert.Equal(DecodeReasons.JsonDepth, PayloadCase.Decode(Plant, Telemetry, new string('[', 1_000_000)).Code);
        Assert.Equal(DecodeReasons.JsonSize, PayloadCase.Decode(Plant, Telemetry, cells).Code);
        Assert.Equal(DecodeReasons.TooLarge, PayloadCase.Decode(Plant, Telemetry, new string(' ', DecodeLimits.MaxPayload + 1)).Code);
        PayloadCase many = PayloadCase.Decode(Plant, Telemetry, elements);
        Assert.Equal((DecodeReasons.JsonSize, DecodeLimits.MaxElements, 5), (many.Code, many.Result.Samples, many.Result.RejectedElements));
    }

    [Fact]
    public void Decode_RefusesUnmodelledAssets_WhenTheModelSaysSo()
    {
        PlantModel strict = Plant with { AcceptUnmodelled = false };

        Assert.Equal(DecodeReasons.AssetUnmodelled, PayloadCase.Decode(strict, Telemetry, "{\"values\":{\"t\":1}}").Code);
        Assert.Equal(DecodeReasons.AssetUnmodelled, PayloadCase.Decode(strict, Device, "{\"t\":1}").Code);
        Assert.Null(PayloadCase.Decode(strict, "telemetry/acme/known", "{\"values\":{\"n\":1}}").Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    public void Decode_RefusesADevice_WhoseClientIdIsNoName(string client) =>
        Assert.Equal(DecodeReasons.AssetInvalid, PayloadCase.Decode(Plant, Device, "{\"t\":1}", client).Code);

    [Fact]
    public void Cases_AreAtLeast120_AndUseEveryReason()
    {
        var codes = Syntax.Concat(Shapes).Concat(Times).Concat(Identities).Select(row => (string)row[2]).ToList();
        string[] elsewhere = [DecodeReasons.Utf8Invalid, DecodeReasons.JsonDepth, DecodeReasons.JsonSize, DecodeReasons.TooLarge,
            DecodeReasons.AssetUnmodelled, DecodeReasons.BlockSize, DecodeReasons.BlockRate, DecodeReasons.BlockPair];

        Assert.True(codes.Count >= 120, $"{codes.Count} cases");
        Assert.Equal(DecodeReasons.All.Order(), codes.Concat(elsewhere).Distinct().Order());
    }

    private static AssetDefinition Known() => new()
    {
        Id = AssetId.TryParse("acme:known", out AssetId id) ? id : throw new InvalidOperationException(),
        Type = "",
        DisplayName = "known",
        Metrics = [new MetricDefinition { Name = "n" }, new MetricDefinition { Name = "s", IsText = true }],
    };
}
