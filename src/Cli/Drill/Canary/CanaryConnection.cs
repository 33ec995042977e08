using System.Net.Sockets;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;

namespace Millwright.Cli.Drill.Canary;

/// <summary>
/// Publishes the plan of some of the assets at QoS 1. When the connection breaks, what has no answer is sent again, in order, before
/// anything new: a device that keeps its readings until they are acknowledged.
/// </summary>
internal sealed class CanaryConnection
{
    private static readonly TimeSpan Nap = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan ReconnectPause = TimeSpan.FromMilliseconds(25);

    private readonly MqttClientOptions address;
    private readonly CanaryParts parts;
    private readonly int first;
    private readonly int step;
    private readonly byte[] payload = new byte[CanaryPlan.MaxPayload];
    private readonly List<(int Index, int Asset)> unanswered = [];
    private int asset;
    private int index;
    private int outstanding;

    /// <param name="first">First asset of this connection; it has every <paramref name="step"/>th from there.</param>
    public CanaryConnection(MqttClientOptions address, CanaryParts parts, int first, int step)
    {
        (this.address, this.parts, this.first, this.step) = (address, parts, first, step);
        asset = first;
    }

    /// <summary>Until the plan's end is acknowledged; the end is set by <see cref="CanaryParts.End"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!IsDone())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await ServeAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // The silo is down or has just been killed: that is the drill.
                await Task.Delay(ReconnectPause, parts.Time, cancellationToken);
            }
        }
    }

    private static long Pack(int asset, int index) => ((long)asset << 32) | (uint)index;

    private bool IsDone()
    {
        lock (unanswered)
        {
            return unanswered.Count == 0 && outstanding == 0 && IsPlanSent();
        }
    }

    private bool IsPlanSent() => parts.Plan.EventMilliseconds(asset, index) > parts.EndMilliseconds;

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        long connected = parts.Time.GetTimestamp();
        await using var client = new MqttClient(address, null, parts.Time);
        client.Acknowledged = (state, reason) => Answer(state, reason, connected);
        await client.ConnectAsync(cancellationToken);
        connected = parts.Time.GetTimestamp();
        await ResendAsync(client, cancellationToken);
        while (!IsDone())
        {
            long now = Math.Min(parts.Time.GetUtcNow().ToUnixTimeMilliseconds(), parts.EndMilliseconds);
            while (parts.Plan.EventMilliseconds(asset, index) <= now)
            {
                await PublishAsync(client, asset, index, cancellationToken);
                parts.Book.CountSent(asset, index);
                Next();
            }

            await Task.WhenAny(client.Completed, Task.Delay(Nap, parts.Time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (client.Completed.IsCompleted)
            {
                throw new IOException($"The connection ended: {await client.Completed}.");
            }

            await ResendAsync(client, cancellationToken);
        }

        await client.DisconnectAsync();
    }

    private async Task ResendAsync(MqttClient client, CancellationToken cancellationToken)
    {
        (int Index, int Asset)[] again;
        lock (unanswered)
        {
            if (unanswered.Count == 0)
            {
                return;
            }

            again = [.. unanswered.Order()];
            unanswered.Clear();
        }

        parts.Book.CountResent(again.Length);
        for (int i = 0; i < again.Length; i++)
        {
            try
            {
                await PublishAsync(client, again[i].Asset, again[i].Index, cancellationToken);
            }
            catch
            {
                lock (unanswered)
                {
                    unanswered.AddRange(again[i..]);
                }

                throw;
            }
        }
    }

    private async ValueTask PublishAsync(MqttClient client, int toAsset, int atIndex, CancellationToken cancellationToken)
    {
        int length = parts.Plan.WritePayload(payload, toAsset, atIndex);
        Interlocked.Increment(ref outstanding);
        try
        {
            while (!client.TryPublish(parts.Plan.Topics[toAsset], payload.AsSpan(0, length), 1, state: Pack(toAsset, atIndex)))
            {
                await client.WaitForRoomAsync(cancellationToken);
            }
        }
        catch
        {
            // Not taken by the client, so no answer will be told.
            Interlocked.Decrement(ref outstanding);
            throw;
        }
    }

    private void Next()
    {
        asset += step;
        if (asset >= parts.Plan.Assets)
        {
            asset = first;
            index++;
        }
    }

    private void Answer(long state, MqttReason reason, long connected)
    {
        (int ofAsset, int atIndex) = ((int)(state >> 32), (int)(state & uint.MaxValue));
        lock (unanswered)
        {
            Interlocked.Decrement(ref outstanding);
            if (reason >= MqttReason.UnspecifiedError)
            {
                unanswered.Add((atIndex, ofAsset));
                return;
            }
        }

        parts.Book.Acknowledge(ofAsset, atIndex);
        parts.Recovery.Acknowledged(connected);
    }
}
