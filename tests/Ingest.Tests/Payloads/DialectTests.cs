using Millwright.Ingest.Payloads;
using Millwright.Plant;

namespace Millwright.Ingest.Tests.Payloads;

public class DialectTests
{
    private static readonly PlantModel Plant = new() { Namespace = "acme.lyon", Enterprise = "acme", SiteName = "lyon",
        DeviceNamespace = "acme.tb" };

    [Theory]
    // Our own.
    [InlineData("telemetry/acme.lyon/pump-01", """{"ts":1700000000000,"values":{"t":1.5,"on":true}}""",
        "acme.lyon:pump-01 t=1.5@1700000000000; acme.lyon:pump-01 on=1@1700000000000")]
    [InlineData("telemetry/acme.lyon/pump-01", """{"values":{"t":1}}""", "acme.lyon:pump-01 t=1@now")]
    [InlineData("telemetry/acme.lyon/pump-01", """[{"ts":1700000000000,"values":{"t":1}},{"ts":1700000001000,"values":{"t":2}}]""",
        "acme.lyon:pump-01 t=1@1700000000000; acme.lyon:pump-01 t=2@1700000001000")]
    [InlineData("telemetry/acme.lyon/pump-01", """{"ts":"2023-11-14T22:13:20Z","values":{"t":1},"quality":"BAD","historical":true}""",
        "acme.lyon:pump-01 t=1@1700000000000 Bad historical")]
    [InlineData("telemetry/acme.lyon/tool-1", """{"ts":1700000000000,"values":{"torque":8.1},"unit":"SN1","step":"screw"}""",
        "acme.lyon:tool-1 torque=8.1@1700000000000 SN1/screw")]
    [InlineData("telemetry/acme.lyon/pump-01", """{"values":{"a":{"b":{"c":1},"d":2},"e":"on"}}""",
        "acme.lyon:pump-01 a.b.c=1@now; acme.lyon:pump-01 a.d=2@now; acme.lyon:pump-01 e='on'@now")]
    [InlineData("telemetry/acme.lyon/pump-01", """{"values":{"w":[1,5,3]}}""",
        "acme.lyon:pump-01 w.max=5@now; acme.lyon:pump-01 w.mean=3@now; acme.lyon:pump-01 w.last=3@now")]
    // UMH, on our site and on another.
    [InlineData("umh/v1/acme/lyon/pack/l1/pump/_raw/motor/temp", """{"timestamp_ms":1733904005123,"value":42.5}""",
        "acme.lyon:pack.l1.pump motor.temp=42.5@1733904005123")]
    [InlineData("umh/v1/other/paris/pack/_raw/temp", """{"timestamp_ms":1733904005123,"value":1}""", "other.paris:pack temp=1@1733904005123")]
    [InlineData("umh/v1/other/paris/_raw/temp", """{"timestamp_ms":1733904005123,"value":1}""", "other:paris temp=1@1733904005123")]
    [InlineData("umh/v1/other/_raw/temp", """{"timestamp_ms":1733904005123,"value":"on"}""", "other:other temp='on'@1733904005123")]
    // ThingsBoard.
    [InlineData("v1/devices/me/telemetry", """{"ts":1451649600512,"values":{"key1":"value1","key2":2}}""",
        "acme.tb:client-1 key1='value1'@1451649600512; acme.tb:client-1 key2=2@1451649600512")]
    [InlineData("v1/devices/me/telemetry", """{"temperature":42,"active":false}""", "acme.tb:client-1 temperature=42@now; acme.tb:client-1 active=0@now")]
    [InlineData("v1/devices/me/telemetry", """[{"a":1},{"b":2}]""", "acme.tb:client-1 a=1@now; acme.tb:client-1 b=2@now")]
    [InlineData("v1/devices/me/telemetry", """{"ts":5,"t":1}""", "acme.tb:client-1 ts=5@now; acme.tb:client-1 t=1@now")]
    [InlineData("v1/devices/me/attributes", """{"firmware":"1.2","rated":5.5}""", "acme.tb:client-1 firmware='1.2'@now; acme.tb:client-1 rated=5.5@now")]
    [InlineData("v1/gateway/telemetry", """{"Device A":[{"ts":1483228800000,"values":{"t":42}},{"ts":1483228801000,"values":{"t":43}}],"Device B":[{"ts":1483228800000,"values":{"t":7}}]}""",
        "acme.tb:Device A t=42@1483228800000; acme.tb:Device A t=43@1483228801000; acme.tb:Device B t=7@1483228800000")]
    [InlineData("v1/gateway/attributes", """{"Device A":{"fw":"2"}}""", "acme.tb:Device A fw='2'@now")]
    public void Decode_GivesTheSamples_WhenTheDialectIsKnown(string topic, string payload, string expected)
    {
        PayloadCase decoded = PayloadCase.Decode(Plant, topic, payload);

        Assert.Equal(expected, decoded.Text);
        Assert.Equal(DecodeOutcome.Decoded, decoded.Result.Outcome);
        Assert.Null(decoded.Code);
    }

    [Theory]
    [InlineData("v1/gateway/connect", """{"device":"Device A"}""")]
    [InlineData("v1/gateway/disconnect", """{"device":"Device A"}""")]
    [InlineData("telemetry/acme.lyon/pump-01", "")]
    [InlineData("telemetry/acme.lyon/pump-01", """{"values":{}}""")]
    [InlineData("telemetry/acme.lyon/pump-01", "[]")]
    [InlineData("telemetry/acme.lyon/pump-01", """{"values":{"t":null}}""")]
    [InlineData("v1/gateway/telemetry", "{}")]
    public void Decode_IsEmpty_WhenThereIsNothingToDecode(string topic, string payload)
    {
        PayloadCase decoded = PayloadCase.Decode(Plant, topic, payload);

        Assert.Equal(DecodeOutcome.Empty, decoded.Result.Outcome);
        Assert.Empty(decoded.Records);
    }

    [Theory]
    [InlineData("some/other/topic")]
    [InlineData("telemetry/only-one")]
    [InlineData("telemetry/a/b/c")]
    [InlineData("umh/v1/acme/lyon/no-contract/temp")]
    [InlineData("umh/v1/acme//_raw/temp")]
    [InlineData("umh/v1/_raw/temp")]
    [InlineData("umh/v1/acme/_raw")]
    [InlineData("v1/devices/me/rpc/request/1")]
    [InlineData("millwright/alerts/x")]
    [InlineData("")]
    [InlineData("/")]
    public void Decode_LeavesTheMessageAlone_WhenNothingKnowsTheTopic(string topic)
    {
        PayloadCase decoded = PayloadCase.Decode(Plant, topic, "no json at all");

        Assert.Equal(DecodeOutcome.Unmapped, decoded.Result.Outcome);
        Assert.Null(decoded.Code);
    }
}
