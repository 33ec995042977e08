using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Millwright.Cli.Drill.Canary;

/// <summary>
/// The stream that is known: every value is a function of seed, asset, metric and index, so that whoever checks needs no copy of what was
/// sent. One message holds one instant of all metrics. An asset's messages are a fixed interval apart; event time is the planned time.
/// </summary>
internal sealed class CanaryPlan
{
    /// <summary>Pressure crosses a limit now and then, vibration has spikes, the others carry history only.</summary>
    public static readonly string[] Metrics = ["pressure", "vibration", "temperature", "power"];

    private const int Pressure = 0;
    private const int Vibration = 1;

    // Values in hundredths: 50.00 to 59.99, and so much more while a fault lasts.
    private const int Base = 5_000;
    private const int Spread = 1_000;
    private const int Excess = 10_000;

    private const int FaultEvery = 300;
    private const int FaultLength = 5;
    private const int MaxNumberLength = 20;

    private readonly byte[][] names = [.. Metrics.Select((m, i) => Encoding.ASCII.GetBytes($"{(i == 0 ? "" : ",")}\"{m}\":"))];
    private readonly ulong seed;
    private readonly double interval;

    /// <param name="namespace">Of the canary's assets; no other asset may be in it.</param>
    public CanaryPlan(string @namespace, DrillOptions options, DateTimeOffset start)
    {
        seed = options.Seed;
        Assets = options.Assets;
        interval = Metrics.Length * 1000.0 * options.Assets / options.Rate;
        StartMilliseconds = start.ToUnixTimeMilliseconds();
        AssetIds = [.. Enumerable.Range(0, Assets).Select(a => string.Create(CultureInfo.InvariantCulture, $"{@namespace}:canary-{a:D5}"))];
        Topics = [.. AssetIds.Select(id => Encoding.ASCII.GetBytes("telemetry/" + id.Replace(':', '/')))];
    }

    public int Assets { get; }

    public string[] AssetIds { get; }

    public byte[][] Topics { get; }

    public long StartMilliseconds { get; }

    /// <summary>Assets speak one after the other within the interval, so the load has no steps.</summary>
    public long EventMilliseconds(int asset, int index) =>
        StartMilliseconds + (long)Math.Round(((double)asset / Assets * interval) + (index * interval));

    public static DateTimeOffset Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <summary>Exactly the double that the message's decimal text reads as.</summary>
    public double Value(int asset, int metric, int index) => Hundredths(asset, metric, index) / 100.0;

    /// <summary>Pressure faults of an asset that begin and end in its first <paramref name="messages"/>.</summary>
    public int WholeFaults(int asset, int messages)
    {
        int offset = (int)(Hash(asset, Pressure, -1) % FaultEvery);
        int faults = 0;
        for (long end = offset + FaultLength; end < messages; end += FaultEvery)
        {
            faults++;
        }

        return faults;
    }

    /// <returns>Bytes written.</returns>
    public int WritePayload(Span<byte> target, int asset, int index)
    {
        int at = Copy("{\"ts\":"u8, target, 0);
        Utf8Formatter.TryFormat(EventMilliseconds(asset, index), target[at..], out int written);
        at = Copy(",\"values\":{"u8, target, at + written);
        for (int metric = 0; metric < Metrics.Length; metric++)
        {
            at = Copy(names[metric], target, at);
            int value = Hundredths(asset, metric, index);
            Utf8Formatter.TryFormat(value / 100, target[at..], out written);
            at += written;
            target[at++] = (byte)'.';
            target[at++] = (byte)('0' + (value / 10 % 10));
            target[at++] = (byte)('0' + (value % 10));
        }

        return Copy("}}"u8, target, at);
    }

    public static int MaxPayload => 32 + Metrics.Sum(m => m.Length + 4 + MaxNumberLength) + MaxNumberLength;

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> target, int at)
    {
        text.CopyTo(target[at..]);
        return at + text.Length;
    }

    private int Hundredths(int asset, int metric, int index)
    {
        int noise = Base + (int)(Hash(asset, metric, index) % Spread);
        return metric switch
        {
            Pressure => noise + (PhaseOf(asset, metric, index) < FaultLength ? Excess : 0),
            Vibration => noise + (PhaseOf(asset, metric, index) == 0 ? Excess : 0),
            _ => noise,
        };
    }

    private int PhaseOf(int asset, int metric, int index)
    {
        int offset = (int)(Hash(asset, metric, -1) % FaultEvery);
        return index < offset ? int.MaxValue : (index - offset) % FaultEvery;
    }

    /// <summary>SplitMix64 over the four: any order of asking gives the same.</summary>
    private ulong Hash(int asset, int metric, int index)
    {
        unchecked
        {
            ulong x = seed + ((ulong)(uint)asset * 0x9E3779B97F4A7C15) + ((ulong)(uint)index << 20) + (ulong)(uint)metric;
            x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
            x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
            return x ^ (x >> 31);
        }
    }
}
