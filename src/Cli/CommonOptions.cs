using System.CommandLine;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Simulation.Publishing;

namespace Millwright.Cli;

/// <summary>Options that both commands share.</summary>
internal sealed class CommonOptions
{
    public Option<string> Broker { get; } = new("--broker")
    {
        Description = "Where to publish: mqtt://, mqtts://, ws:// or wss://, with user:password@ where needed.",
        DefaultValueFactory = _ => "mqtt://127.0.0.1:1883",
    };

    public Option<int> Qos { get; } = new("--qos") { Description = "0, 1 or 2.", DefaultValueFactory = _ => 1 };

    public Option<bool> Json { get; } = new("--json") { Description = "Print the result as one JSON object and show no progress." };

    public void AddTo(Command command)
    {
        Qos.AcceptOnlyFromAmong("0", "1", "2");
        command.Options.Add(Broker);
        command.Options.Add(Qos);
        command.Options.Add(Json);
    }

    /// <summary>Null when the address is wrong, which has then been said.</summary>
    public MqttClientOptions? Address(ParseResult parsed, string clientId, TextWriter error)
    {
        if (BrokerAddress.TryParse(parsed.GetValue(Broker)!, clientId, out MqttClientOptions options, out string fault))
        {
            return options;
        }

        error.WriteLine(fault);
        return null;
    }
}
