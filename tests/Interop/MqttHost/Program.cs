using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;
using Millwright.Interop;

// The MQTT endpoint alone, for suites that others wrote: MqttHost PORT [FILTER-TO-REFUSE ...]
var options = new MqttServerOptions { Address = "127.0.0.1", Port = int.Parse(args[0], CultureInfo.InvariantCulture) };
foreach (string filter in args[1..])
{
    options.RefusedSubscriptions.Add(filter);
}

using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Information));
await using var server = new MqttServer(options, new EchoInlet(), new MqttServices { Loggers = loggers });
await server.StartAsync(CancellationToken.None);

// Every kind of packet once before the suite: its tests race two connections within a millisecond or two, and the first packet of a kind
// would lose that race to the just-in-time compiler.
foreach (MqttVersion version in new[] { MqttVersion.V311, MqttVersion.V5 })
{
    await using var client = new MqttClient(new MqttClientOptions
    {
        Host = "127.0.0.1",
        Port = server.LocalEndPoint!.Port,
        Version = version,
        ClientId = "warm-up",
    });
    await client.ConnectAsync(CancellationToken.None);
    for (byte qos = 0; qos <= 2; qos++)
    {
        await client.SubscribeAsync(new MqttSubscription("warm/up", qos));
        await client.PublishAsync("warm/up", "x"u8.ToArray(), qos);
        await client.UnsubscribeAsync("warm/up");
    }

    await client.DisconnectAsync();
}

Console.WriteLine($"ready {server.LocalEndPoint}");

var stop = new TaskCompletionSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stop.TrySetResult();
});
await stop.Task;
await server.StopAsync(CancellationToken.None);
