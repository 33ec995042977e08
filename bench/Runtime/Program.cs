using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Millwright.Bench.Runtime;
using Orleans;
using Orleans.Hosting;

// Usage: dotnet run -c Release --project bench/Runtime -- [--seconds N] [--grains N] [--json FILE]
double seconds = double.Parse(Option("--seconds") ?? "4", CultureInfo.InvariantCulture);
int grains = int.Parse(Option("--grains") ?? "1000", CultureInfo.InvariantCulture);

HostApplicationBuilder builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.UseOrleans(static silo => silo.UseLocalhostClustering());
using IHost host = builder.Build();
await host.StartAsync();
IClusterClient client = host.Services.GetRequiredService<IClusterClient>();

IReadOnlyList<Measurement> measurements = await new CallWorkloads(client, grains, TimeSpan.FromSeconds(seconds)).RunAsync();
string runtime = typeof(Grain).Assembly.GetName().Name!;
Console.WriteLine($"{runtime}, {grains} grains, {Environment.ProcessorCount} cores");
Console.WriteLine($".NET {Environment.Version}, {RuntimeInformation.ProcessArchitecture}");
Console.WriteLine($"{"workload",-34} {"calls/s",14} {"CPU µs/call",12} {"bytes/call",12}");
foreach (Measurement m in measurements)
{
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{m.Name,-34} {m.CallsPerSecond,14:N0} {m.CpuMicrosecondsPerCall,12:F3} {m.BytesPerCall,12:F1}"));
}

if (Option("--json") is { } file)
{
    var report = new { runtime, grains, cores = Environment.ProcessorCount, dotnet = Environment.Version.ToString(), measurements };
    await File.WriteAllTextAsync(file, JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
}

await host.StopAsync();

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
