using Millwright.Ingest.Log;
using Millwright.Telemetry;

namespace Millwright.Simulation.Tests.World;

/// <summary>Reads along what is durable in the log: the same samples in the same order are given to the run without faults.</summary>
internal sealed class LogTap
{
    private readonly NameCache names = new();
    private LogReader? reader;
    private long position;

    /// <summary>Per asset, in the order of the log.</summary>
    public SortedDictionary<string, List<TelemetrySample>> Samples { get; } = new(StringComparer.Ordinal);

    /// <summary>Whose the record at a position is.</summary>
    public Dictionary<long, string> Sources { get; } = [];

    public void Attach(TelemetryLog log) => reader = log.OpenReader(position);

    public void Detach() => reader = null;

    public void Read()
    {
        while (reader!.TryRead(out LogRecord record))
        {
            if (record.Kind == LogRecordKind.Samples)
            {
                var content = new RecordReader(record, names);
                var samples = new TelemetrySample[content.Count];
                content.ReadSamples(samples);
                if (!Samples.TryGetValue(content.AssetId, out List<TelemetrySample>? list))
                {
                    Samples.Add(content.AssetId, list = []);
                }

                list.AddRange(samples);
                Sources[record.Position] = content.Source;
            }

            position = record.Position + 1;
        }
    }
}
