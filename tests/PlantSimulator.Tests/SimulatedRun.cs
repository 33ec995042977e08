using System.Text.Json;
using Millwright.Simulation.Faults;
using Millwright.Simulation.Messages;

namespace Millwright.Simulation.Tests;

/// <summary>A run of the simulator, read back from its own payloads as an engine would.</summary>
internal sealed class SimulatedRun
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<(string Asset, string Metric), List<(TimeSpan Offset, double Value)>> series = [];

    public SimulatedRun(TimeSpan length, ulong seed = 7, IReadOnlyList<Fault>? faults = null)
    {
        Simulation = new PlantSimulation(new SimulationOptions { Seed = seed, Start = Start, Faults = faults });
        Messages = Simulation.Step(length);
        foreach (PlantMessage message in Messages)
        {
            Collect(message);
        }
    }

    public PlantSimulation Simulation { get; }

    public IReadOnlyList<PlantMessage> Messages { get; }

    public List<(string Unit, string Step, TimeSpan Offset)> Steps { get; } = [];

    public IReadOnlyList<(TimeSpan Offset, double Value)> Of(string asset, string metric)
        => series.GetValueOrDefault(($"acme.lyon:{asset}", metric)) ?? [];

    public double[] Between(string asset, string metric, double from, double to)
        => [.. Of(asset, metric).Where(s => s.Offset.TotalSeconds >= from && s.Offset.TotalSeconds < to).Select(s => s.Value)];

    private void Collect(PlantMessage message)
    {
        TimeSpan offset = message.EventTime - Start;
        using JsonDocument document = JsonDocument.Parse(message.Payload);
        JsonElement root = document.RootElement;
        if (root.TryGetProperty("step", out JsonElement step))
        {
            Steps.Add((root.GetProperty("unit").GetString()!, step.GetString()!, offset));
            AddValues(message.AssetId, root.GetProperty("values"), offset);
        }
        else if (root.TryGetProperty("timestamp_ms", out _))
        {
            Add(message.AssetId, message.Topic[(message.Topic.LastIndexOf('/') + 1)..], root.GetProperty("value"), offset);
        }
        else if (root.TryGetProperty(message.AssetId[(message.AssetId.IndexOf(':') + 1)..], out JsonElement device))
        {
            AddValues(message.AssetId, device[0].GetProperty("values"), offset);
        }
        else
        {
            AddValues(message.AssetId, root.GetProperty("values"), offset);
        }
    }

    private void AddValues(string asset, JsonElement values, TimeSpan offset)
    {
        foreach (JsonProperty value in values.EnumerateObject())
        {
            Add(asset, value.Name, value.Value, offset);
        }
    }

    private void Add(string asset, string metric, JsonElement value, TimeSpan offset)
    {
        if (!series.TryGetValue((asset, metric), out List<(TimeSpan, double)>? samples))
        {
            series.Add((asset, metric), samples = []);
        }

        samples.Add((offset, value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN));
    }
}
