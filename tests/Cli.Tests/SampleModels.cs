using Millwright.Ingest.Payloads;
using Millwright.Plant;
using Millwright.Silo.Hosting;
using Millwright.Simulation.Messages;

namespace Millwright.Cli.Tests;

/// <summary>A plant model under samples/, and what the engine's own decoder makes of a message by it.</summary>
internal sealed class SampleModels
{
    private static readonly DateTimeOffset IngestTime = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);
    private readonly PayloadDecoder decoder;

    public SampleModels(string folder)
    {
        PlantLoadResult result = new PlantLoader().Load(Path.Combine(Repository.Samples, folder, "plant"));
        Assert.Empty(result.Faults.Select(f => f.ToString()));
        Model = result.Model!;
        decoder = new PayloadDecoder(Model, new CoreBlockAnalyst());
    }

    public PlantModel Model { get; }

    public DecodedRecord Decode(PlantMessage message)
    {
        var sink = new RecordSink(IngestTime);
        DecodeResult result = decoder.Decode(System.Text.Encoding.UTF8.GetBytes(message.Topic), message.Payload.Span, "test", IngestTime,
            sink);
        Assert.True(result.Outcome == DecodeOutcome.Decoded, $"{message.Topic}: {result.Outcome} {sink.RejectCode} {sink.RejectDetail}");
        DecodedRecord record = Assert.Single(sink.Records);
        Assert.True(Model.Assets.ContainsKey(record.AssetId), $"{record.AssetId} is not in the model");
        return record;
    }
}
