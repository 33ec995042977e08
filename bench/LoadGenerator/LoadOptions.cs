namespace Millwright.LoadGenerator;

internal enum PayloadShape
{
    /// <summary>One sample per message on <c>plant/{line}/{asset}/temp</c>.</summary>
    Workload1,

    /// <summary>Ten samples per message, five metrics at two instants, in the default dialect.</summary>
    Workload2,
}

internal sealed record LoadOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public int Assets { get; init; } = 500;

    public int Connections { get; init; } = 4;

    /// <summary>Messages per second; null: as many as the acknowledgements allow.</summary>
    public double? Rate { get; init; }

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    public int Qos { get; init; } = 1;

    public PayloadShape Shape { get; init; } = PayloadShape.Workload1;

    /// <summary>One message in this many is a spike; 0 for none.</summary>
    public int SpikeEvery { get; init; } = 997;

    /// <summary>Messages per asset before the first spike, so that every baseline is warm.</summary>
    public int WarmupPerAsset { get; init; } = 64;

    /// <summary>Empty: nobody listens for alerts.</summary>
    public string AlertTopic { get; init; } = "millwright/alerts/#";

    /// <summary>
    /// Unacknowledged messages per connection, 1 to 60,000; above the receiver's own bound (ours: 8,192) it cuts the connection.
    /// </summary>
    public int InFlight { get; init; } = 8_000;

    /// <summary>How long to wait for the last acknowledgements and alerts.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    public int Seed { get; init; } = 1;

    /// <summary>Process whose CPU and memory are reported; 0 for none.</summary>
    public int Pid { get; init; }

    public int SamplesPerMessage => Shape == PayloadShape.Workload1 ? 1 : 10;
}
