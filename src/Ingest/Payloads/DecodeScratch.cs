using Millwright.Ingest.Payloads.Blocks;
using Millwright.Ingest.Payloads.Json;
using Millwright.Ingest.Payloads.Routing;
using Millwright.Telemetry;

namespace Millwright.Ingest.Payloads;

/// <summary>
/// A thread's reusable memory. Samples wait here until the whole message is judged. Kept per thread and not per decoder, so that one
/// decoder serves all connections without locks.
/// </summary>
internal sealed class DecodeScratch
{
    private const int InitialSamples = 64;

    [ThreadStatic]
    private static DecodeScratch? current;

    // Grown to the longest block seen, at most 0.5 MiB each.
    internal double[] BlockValues = [];
    internal double[] BlockAngles = [];

    private PendingSample[] samples = new PendingSample[InitialSamples];
    private PendingElement[] elements = new PendingElement[16];

    public static DecodeScratch Current => current ??= new DecodeScratch();

    public JsonTape Tape { get; } = new();

    /// <summary>For composed names: templates and flattened members.</summary>
    public byte[] Name { get; } = new byte[4 * 1024];

    public List<PendingBlock> Blocks { get; } = [];

    /// <summary>Arrays of this element that a curve may want as its angles.</summary>
    public List<(string Metric, int Cell)> Companions { get; } = [];

    public Dictionary<string, int> LastOfAsset { get; } = new(StringComparer.Ordinal);

    public int SampleCount { get; set; }

    public int ElementCount { get; private set; }

    public ref PendingSample Sample(int index) => ref samples[index];

    public ref PendingElement Element(int index) => ref elements[index];

    public void Clear()
    {
        SampleCount = 0;
        ElementCount = 0;
        LastOfAsset.Clear();
    }

    /// <summary>False when the message has too many samples.</summary>
    public bool TryAdd(string metric, double value, string? text)
    {
        if (SampleCount >= DecodeLimits.MaxSamples)
        {
            return false;
        }

        if (SampleCount == samples.Length)
        {
            Array.Resize(ref samples, samples.Length * 2);
        }

        samples[SampleCount++] = new PendingSample { Metric = metric, Value = value, Text = text };
        return true;
    }

    public ref PendingElement AddElement()
    {
        if (ElementCount == elements.Length)
        {
            Array.Resize(ref elements, elements.Length * 2);
        }

        return ref elements[ElementCount++];
    }

    public struct PendingSample
    {
        public string Metric;
        public double Value;
        public string? Text;
    }

    public struct PendingElement
    {
        public AssetRef Asset;
        public UnitStep? Step;
        public string? Source;
        public long EventTime;
        public SampleQuality Quality;
        public bool IsHistorical;
        public int First;
        public int Count;

        /// <summary>Next element of the same asset; 0 for none, since no element follows itself.</summary>
        public int Next;

        /// <summary>Belongs to the record that an earlier element starts.</summary>
        public bool IsFollower;
    }
}
