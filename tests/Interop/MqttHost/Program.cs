using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Millwright.Ingest.Mqtt;
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
Console.WriteLine($"ready {server.LocalEndPoint}");

var stop = new TaskCompletionSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stop.TrySetResult();
});
await stop.Task;
await server.StopAsync(CancellationToken.None);
