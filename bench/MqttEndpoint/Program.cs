using System.Diagnostics;
using System.Globalization;
using Millwright.Bench;
using Millwright.Ingest.Mqtt;

// Raw throughput of the endpoint: our client to our server over loopback, QoS 1, everything acknowledged.
//   MqttEndpoint [messages] [connections] [commit-ms] [version 4|5] [qos]
// The load generator shares the process, so the CPU figure covers both ends.
int messages = Argument(0, 2_000_000);
int connections = Argument(1, 4);
int commitMilliseconds = Argument(2, 0);
var version = (MqttVersion)Argument(3, 5);
byte qos = (byte)Argument(4, 1);

using var inlet = new CommitInlet(TimeSpan.FromMilliseconds(commitMilliseconds));
var options = new MqttServerOptions { Address = "127.0.0.1", Port = 0 };
await using var server = new MqttServer(options, inlet, new MqttServices());
await server.StartAsync(CancellationToken.None);
int port = server.LocalEndPoint!.Port;
await Generator.RunAsync(port, connections, messages / 10, version, qos);

for (int round = 0; round < 3; round++)
{
    long allocated = GC.GetTotalAllocatedBytes();
    long before = server.Statistics.MessagesIn;
    TimeSpan cpu = Process.GetCurrentProcess().TotalProcessorTime;
    long started = Stopwatch.GetTimestamp();
    await Generator.RunAsync(port, connections, messages, version, qos);
    TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
    cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
    allocated = GC.GetTotalAllocatedBytes() - allocated;
    if (qos > 0 && server.Statistics.MessagesIn - before != messages)
    {
        throw new InvalidOperationException($"Of {messages} messages {server.Statistics.MessagesIn - before} arrived.");
    }

    double rate = messages / elapsed.TotalSeconds;
    double cost = cpu.TotalMicroseconds / messages;
    double bytes = (double)allocated / messages;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{rate:N0} messages/s, {cost:F2} us CPU and {bytes:F1} bytes each"));
}

int Argument(int index, int otherwise) => args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
