using Millwright.LoadGenerator.Alerts;
using Millwright.LoadGenerator.Payloads;
using Millwright.LoadGenerator.Schedule;
using Millwright.LoadGenerator.Wire;

namespace Millwright.LoadGenerator;

/// <summary>Feeds one connection: the messages of every asset that belongs to it, in the order of the plan.</summary>
internal sealed class Sender
{
    private const int BatchBytes = 64 * 1024;
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(1);

    private readonly LoadOptions options;
    private readonly int first;
    private readonly LoadConnection connection;
    private readonly AlertMatcher matcher;
    private readonly RunClock clock;
    private readonly byte[] batch = new byte[BatchBytes];
    private readonly SampleStream samples;
    private readonly SpikePlan spikes;
    private readonly PacketTemplate?[] templates;
    private int asset;
    private long round;
    private ushort packetId;

    /// <param name="number">Of the connection, from 0: it gets the assets number, number + connections, and so on.</param>
    public Sender(LoadOptions options, int number, LoadConnection connection, AlertMatcher matcher, RunClock clock)
    {
        this.options = options;
        this.connection = connection;
        this.matcher = matcher;
        this.clock = clock;
        first = number;
        asset = number;
        samples = new SampleStream(options.Seed + number);
        spikes = new SpikePlan(options.SpikeEvery, (long)options.WarmupPerAsset * options.Assets);
        templates =
        [
            .. Enumerable.Range(0, options.Assets)
                .Select(a => a % options.Connections == number ? PacketTemplate.Create(options.Shape, a, options.Qos) : null),
        ];
    }

    public long Sent { get; private set; }

    /// <summary>Global index of the next message of this sender: its assets in turn, round after round.</summary>
    private long NextIndex => (round * options.Assets) + asset;

    public async Task RunAsync(OpenLoopSchedule schedule, CancellationToken cancellationToken)
    {
        while (NextIndex < schedule.Total && connection.Fault is null && !cancellationToken.IsCancellationRequested)
        {
            if (options.Rate is null && clock.Elapsed >= options.Duration)
            {
                return;
            }

            long due = options.Rate is null ? schedule.Total : schedule.DueAt(clock.Elapsed);
            int room = options.Qos == 0 ? int.MaxValue : (int)(options.InFlight - connection.Unacknowledged);
            if (NextIndex >= due)
            {
                await Task.Delay(Nap, TimeProvider.System, cancellationToken);
                continue;
            }

            if (room <= 0)
            {
                Task answer = connection.WaitForAcknowledgementAsync();
                if (connection.Unacknowledged >= options.InFlight)
                {
                    await answer.WaitAsync(cancellationToken);
                }

                continue;
            }

            (int bytes, int messages) = Fill(schedule, due, room);
            await connection.SendAsync(batch.AsMemory(0, bytes), options.Qos == 0 ? 0 : messages, cancellationToken);
            Sent += messages;
        }
    }

    private (int Bytes, int Messages) Fill(OpenLoopSchedule schedule, long due, int room)
    {
        int bytes = 0;
        int messages = 0;
        long now = clock.Microseconds;
        while (NextIndex < due && messages < room && batch.Length - bytes >= templates[asset]!.Size)
        {
            long index = NextIndex;
            long planned = options.Rate is null ? now : clock.Origin + schedule.PlannedMicroseconds(index);
            bool isSpike = spikes.IsSpike(index);
            if (isSpike)
            {
                matcher.Expect(asset, planned, planned);
            }

            packetId = packetId == ushort.MaxValue ? (ushort)1 : (ushort)(packetId + 1);
            bytes += templates[asset]!.Write(batch.AsSpan(bytes), packetId, planned, index, samples, isSpike ? 150_000 : 0);
            messages++;
            asset += options.Connections;
            if (asset >= options.Assets)
            {
                asset = first;
                round++;
            }
        }

        return (bytes, messages);
    }
}
