using Microsoft.Extensions.Options;
using Millwright.Ingest.Mqtt;

namespace Millwright.Ingest.Tests.Mqtt;

public sealed class MqttServerOptionsTests
{
    [Fact]
    public void Defaults_AreValid() => Assert.True(new MqttServerOptionsValidator().Validate(null, new MqttServerOptions()).Succeeded);

    [Fact]
    public void AllFaults_AreReportedWithTheirKeys()
    {
        var options = new MqttServerOptions
        {
            Address = "nowhere", Port = -1, MaxPacketSize = 1, MaxKeepAlive = TimeSpan.Zero, KeepAliveGrace = 0.5,
        };
        options.RefusedSubscriptions.Add("a/#/b");

        ValidateOptionsResult result = new MqttServerOptionsValidator().Validate(null, options);

        string[] keys =
        [
            "Mqtt:Address", "Mqtt:Port", "Mqtt:MaxPacketSize", "Mqtt:MaxKeepAlive", "Mqtt:KeepAliveGrace", "Mqtt:RefusedSubscriptions:0",
        ];
        Assert.All(keys, key => Assert.Contains(result.Failures!, f => f.StartsWith(key, StringComparison.Ordinal)));
        Assert.Equal(keys.Length, result.Failures!.Count());
    }
}
