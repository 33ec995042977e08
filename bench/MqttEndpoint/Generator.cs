using System.Text;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;

namespace Millwright.Bench;

/// <summary>Publishes as fast as the server answers.</summary>
internal static class Generator
{
    private const int Assets = 500;

    private static readonly byte[] Payload = Encoding.UTF8.GetBytes(
        """{"a":"asset-00005","s":"temp","t":1764000000000000,"v":70.1234,"q":192,"n":12345678,"x":"0123456789012345678"}""");

    public static Task RunAsync(int port, int connections, int messages, MqttVersion version, byte qos)
    {
        int each = messages / connections;
        return Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(() => PublishAsync(port, i, each, version, qos))));
    }

    private static async Task PublishAsync(int port, int index, int messages, MqttVersion version, byte qos)
    {
        byte[][] topics = [.. Enumerable.Range(0, Assets).Select(a => Encoding.UTF8.GetBytes($"plant/l0{index}/asset-{a:D5}/temp"))];
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int answered = 0;
        await using var client = new MqttClient(new MqttClientOptions { Host = "127.0.0.1", Port = port, Version = version })
        {
            Acknowledged = (_, _) =>
            {
                if (++answered == messages)
                {
                    done.SetResult();
                }
            },
        };
        await client.ConnectAsync();
        for (int i = 0; i < messages; i++)
        {
            while (!client.TryPublish(topics[i % Assets], Payload, qos))
            {
                await client.WaitForRoomAsync();
            }
        }

        if (qos > 0)
        {
            await done.Task;
        }

        await client.DisconnectAsync();
    }
}
