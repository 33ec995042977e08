using System.Globalization;
using System.Net.Sockets;
using Millwright.Ingest.Tests.Mqtt;

namespace Millwright.Spine.Tests.Stage;

/// <summary>
/// A QoS 2 publisher that keeps its side of the session over lost connections, as the specification asks: a message without PUBREC is sent
/// again under its packet id, one with PUBREC is only released again. Payloads have no time of their own.
/// </summary>
internal sealed class PersistentPublisher(int port, string topic) : IAsyncDisposable
{
    private const int InFlight = 40;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly SortedDictionary<ushort, (int Message, bool IsReleasing)> open = [];
    private readonly Dictionary<int, TaskCompletionSource> milestones = [];
    private readonly Lock gate = new();
    private Socket? socket;
    private NetworkStream? stream;
    private int next;
    private int limit;
    private bool isKnown;

    /// <summary>Messages and releases that were sent again.</summary>
    public int Repeated { get; private set; }

    public int Reconnects { get; private set; }

    public int Completed { get; private set; }

    /// <summary>Completes when so many messages have run through the whole handshake.</summary>
    public Task CompletedAsync(int count)
    {
        lock (gate)
        {
            if (Completed >= count)
            {
                return Task.CompletedTask;
            }

            milestones[count] = NewSignal();
            return milestones[count].Task.WaitAsync(Bound);
        }
    }

    /// <summary>So many more messages, through as many connections as it takes.</summary>
    public async Task PublishAsync(int count)
    {
        limit = next + count;
        using var bound = new CancellationTokenSource(Bound);
        while (next < limit || open.Count > 0)
        {
            try
            {
                if (stream is null)
                {
                    await ConnectAsync(bound.Token);
                }

                await SendNewAsync(bound.Token);
                await TakeAnswerAsync(bound.Token);
            }
            catch (Exception lost) when (lost is IOException or SocketException)
            {
                // The silo is being killed, or not yet back.
                stream = null;
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, bound.Token);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stream is not null)
        {
            await stream.DisposeAsync();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static byte[] Release(ushort id) => [0x62, 2, (byte)(id >> 8), (byte)id];

    private byte[] Publish(ushort id, int message, bool again) => RawClient.Publish(
        topic, "{\"values\":{\"pressure\":" + (50 + (message % 7)).ToString(CultureInfo.InvariantCulture) + "}}", 2, id, flags: again ? 8 : 0);

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        socket?.Dispose();
        socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
        var connecting = new NetworkStream(socket, ownsSocket: true);
        await connecting.WriteAsync(
            "\u0010\u0011\0\u0004MQTT\u0004\0\0\0\0\u0005press"u8.ToArray(), cancellationToken);
        var answer = new byte[4];
        await connecting.ReadExactlyAsync(answer, cancellationToken);
        Assert.Equal(0, answer[3]);
        Assert.True(answer[2] == 1 || !isKnown, "The silo has forgotten the session.");
        Reconnects += isKnown ? 1 : 0;
        isKnown = true;
        foreach ((ushort id, (int message, bool isReleasing)) in open)
        {
            Repeated++;
            await connecting.WriteAsync(isReleasing ? Release(id) : Publish(id, message, true), cancellationToken);
        }

        stream = connecting;
    }

    private async Task SendNewAsync(CancellationToken cancellationToken)
    {
        for (ushort id = 1; id <= InFlight && next < limit; id++)
        {
            if (open.TryAdd(id, (next, false)))
            {
                next++;
                await stream!.WriteAsync(Publish(id, next - 1, false), cancellationToken);
            }
        }
    }

    private async Task TakeAnswerAsync(CancellationToken cancellationToken)
    {
        var answer = new byte[4];
        await stream!.ReadExactlyAsync(answer, cancellationToken);
        var id = (ushort)((answer[2] << 8) | answer[3]);
        if (answer[0] == 0x50)
        {
            open[id] = (open[id].Message, true);
            await stream.WriteAsync(Release(id), cancellationToken);
        }
        else if (answer[0] == 0x70 && open.Remove(id))
        {
            lock (gate)
            {
                Completed++;
                milestones.GetValueOrDefault(Completed)?.SetResult();
            }
        }
    }
}
