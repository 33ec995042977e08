using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Net.WebSockets;
using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Client;

public sealed partial class MqttClient
{
    private async Task RunAsync()
    {
        Task sendLoop = SendAsync();
        Task replyLoop = AnswerAsync();
        try
        {
            await ReadAsync();
        }
        catch (Exception e) when (IsPeerGone(e))
        {
            // The end is reported by Completed and by every request that waits.
        }
        catch (Exception e)
        {
            // A bug of ours, or of the inlet or callback that we called: whoever waits for the end hears of it.
            fault = e;
        }

        await EndAsync(sendLoop, replyLoop);
    }

    private static bool IsPeerGone(Exception e)
        => e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or WebSocketException;

    private async Task SendAsync()
    {
        try
        {
            await sender!.RunAsync(abandoned.Token);
            await transport!.TryShutdownSendAsync(abandoned.Token);
        }
        catch (Exception e) when (IsPeerGone(e))
        {
            transport!.Input.CancelPendingRead();
        }
    }

    private async Task AnswerAsync()
    {
        try
        {
            await replies!.RunAsync(OnInletUnavailable, abandoned.Token);
        }
        catch (Exception e) when (!abandoned.IsCancellationRequested)
        {
            // The inlet broke its contract; the broker would wait for its acknowledgements for ever.
            fault = e;
            transport!.Input.CancelPendingRead();
        }
    }

    private async Task ReadAsync()
    {
        PipeReader input = transport!.Input;
        bool goOn = true;
        while (goOn)
        {
            ReadResult result = await input.ReadAsync();
            if (result.IsCanceled)
            {
                return;
            }

            Volatile.Write(ref lastSeen, time.GetTimestamp());
            goOn = FrameLoop.Run(this, result.Buffer, out _, out ReadOnlySequence<byte> rest) && !result.IsCompleted;
            input.AdvanceTo(rest.Start, result.Buffer.End);
            await replies!.SealAsync();
            lock (gate)
            {
                SignalRoom();
            }
        }
    }

    private async Task EndAsync(Task sendLoop, Task replyLoop)
    {
        replies!.End();
        sender!.Complete();
        using (var linger = new CancellationTokenSource(TimeSpan.FromSeconds(1), time))
        {
            await sendLoop.WaitAsync(linger.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await abandoned.CancelAsync();
        if (keepAliveTimer is not null)
        {
            await keepAliveTimer.DisposeAsync();
        }

        transport!.Dispose();
        await sendLoop;
        await replyLoop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ReportEnd();
    }

    private void ReportEnd()
    {
        List<PublishWindow.Slot> open;
        lock (gate)
        {
            ended = true;
            open = window.TakeAll();
            SignalRoom();
        }

        var lost = new MqttConnectionException($"The MQTT connection ended before the answer came: {endReason}.") { Reason = endReason };
        try
        {
            open.ForEach(slot => Abandon(slot, lost));
        }
        catch (Exception e)
        {
            // The callback threw; the others still have to hear that it is over.
            fault ??= e;
        }

        connected.TrySetException(lost);
        if (fault is null)
        {
            completed.TrySetResult(endReason);
        }
        else
        {
            completed.TrySetException(fault);
        }
    }

    private void Abandon(PublishWindow.Slot slot, MqttConnectionException lost)
    {
        switch (slot.Completion)
        {
            case TaskCompletionSource<MqttReason> publish: publish.TrySetException(lost); break;
            case TaskCompletionSource<MqttReason[]> request: request.TrySetException(lost); break;
            default: Acknowledged?.Invoke(slot.State, MqttReason.ServerUnavailable); break;
        }
    }

    private void OnInletUnavailable(InletUnavailableException exception, IReadOnlyList<(ushort PacketId, long Position)> received)
    {
        foreach ((ushort packetId, long position) in received)
        {
            session.Forget(packetId, position);
        }

        endReason = exception.Reason;
        transport!.Input.CancelPendingRead();
    }

    private void KeepAlive()
    {
        if (time.GetElapsedTime(Volatile.Read(ref lastSeen)) > keepAlive * 1.5)
        {
            endReason = MqttReason.KeepAliveTimeout;
            transport!.Input.CancelPendingRead();
            return;
        }

        sender!.Append([(byte)PacketType.PingReq << 4, 0]);
    }
}
