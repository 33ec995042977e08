using System.Net.Sockets;
using System.Text;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;

namespace Millwright.Simulation.Publishing;

/// <summary>
/// Publishes over one MQTT connection and outlives it: what was not acknowledged when it broke is sent again, in order, over the next one.
/// What the broker refuses because it cannot keep it at the moment is sent again after a second.
/// So at QoS 1 nothing is lost and something may come twice; at QoS 0 what was on its way is lost, as that level says.
/// </summary>
public sealed class MqttTelemetryPublisher : ITelemetryPublisher, IAsyncDisposable
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RefusalPause = TimeSpan.FromSeconds(1);

    private readonly MqttClientOptions options;
    private readonly TimeProvider time;
    private readonly CancellationTokenSource stopping = new();
    private readonly Random jitter = new(17);
    private readonly Lock gate = new();
    private readonly SortedDictionary<long, Pending> unanswered = [];

    // Held while a message is handed to the connection, so that order of calls is order on the wire; also while reconnecting.
    private readonly SemaphoreSlim turn = new(1, 1);
    private MqttClient client;
    private Task supervisor = Task.CompletedTask;
    private long sequence;

    private MqttTelemetryPublisher(MqttClientOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        client = NewClient();
    }

    /// <summary>Connections made after the first.</summary>
    public int Reconnects { get; private set; }

    /// <summary>Throws <see cref="IOException"/> or <see cref="SocketException"/> when the first connection fails.</summary>
    public static async Task<MqttTelemetryPublisher> ConnectAsync(MqttClientOptions options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var publisher = new MqttTelemetryPublisher(options, time);
        try
        {
            await publisher.client.ConnectAsync(cancellationToken);
        }
        catch
        {
            await publisher.DisposeAsync();
            throw;
        }

        publisher.supervisor = publisher.SuperviseAsync();
        return publisher;
    }

    public async ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> payload, int qos, CancellationToken cancellationToken)
    {
        var message = new Pending(Encoding.UTF8.GetBytes(topic), payload, (byte)qos);
        await turn.WaitAsync(cancellationToken);
        try
        {
            long number = ++sequence;
            if (qos > 0)
            {
                lock (gate)
                {
                    unanswered.Add(number, message);
                }
            }

            await SendAsync(number, message, cancellationToken);
        }
        finally
        {
            turn.Release();
        }

        if (qos > 0)
        {
            await message.Answer.Task.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        await stopping.CancelAsync();
        await client.DisconnectAsync();
        await supervisor;
        await client.DisposeAsync();
        turn.Dispose();
        stopping.Dispose();
    }

    private MqttClient NewClient() => new(options, time: time) { Acknowledged = OnAnswer };

    /// <summary>Returns also when the connection broke: the message then waits in <see cref="unanswered"/> for the next one.</summary>
    private async ValueTask SendAsync(long number, Pending message, CancellationToken cancellationToken)
    {
        try
        {
            while (!client.TryPublish(message.Topic, message.Payload.Span, message.Qos, retain: false, number))
            {
                await client.WaitForRoomAsync(cancellationToken);
            }
        }
        catch (MqttConnectionException)
        {
            // The supervisor sees the same end and sends again.
        }
    }

    private void OnAnswer(long number, MqttReason reason)
    {
        // The client's own word for "the connection ended before the answer".
        if (reason == MqttReason.ServerUnavailable)
        {
            return;
        }

        // The broker cannot keep it now (its disk is full, say): the message is still ours.
        if (reason is MqttReason.QuotaExceeded or MqttReason.ServerBusy)
        {
            _ = SendLaterAsync(number);
            return;
        }

        Pending? message;
        lock (gate)
        {
            if (!unanswered.Remove(number, out message))
            {
                return;
            }
        }

        if ((byte)reason < 0x80)
        {
            message.Answer.TrySetResult();
        }
        else
        {
            message.Answer.TrySetException(new PublishRefusedException($"The broker refused a message: {reason}.") { Reason = reason });
        }
    }

    private async Task SuperviseAsync()
    {
        try
        {
            while (true)
            {
                await client.Completed.WaitAsync(stopping.Token);
                await turn.WaitAsync(stopping.Token);
                try
                {
                    await ReconnectAsync();
                    await SendAgainAsync();
                }
                finally
                {
                    turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Disposed; whoever still waits for an answer waits with a token of their own.
        }
    }

    private async Task ReconnectAsync()
    {
        TimeSpan backoff = FirstBackoff;
        while (true)
        {
            await client.DisposeAsync();
            client = NewClient();
            try
            {
                await client.ConnectAsync(stopping.Token);
                Reconnects++;
                return;
            }
            catch (Exception e) when (e is IOException or SocketException
                || (e is OperationCanceledException && !stopping.IsCancellationRequested))
            {
                await Task.Delay(backoff * (0.5 + jitter.NextDouble()), time, stopping.Token);
                backoff = backoff * 2 < LongestBackoff ? backoff * 2 : LongestBackoff;
            }
        }
    }

    private async Task SendLaterAsync(long number)
    {
        try
        {
            await Task.Delay(RefusalPause, time, stopping.Token);
            await turn.WaitAsync(stopping.Token);
            try
            {
                Pending? message;
                lock (gate)
                {
                    unanswered.TryGetValue(number, out message);
                }

                // Gone when a reconnection has sent it meanwhile.
                await (message is null ? ValueTask.CompletedTask : SendAsync(number, message, stopping.Token));
            }
            finally
            {
                turn.Release();
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private async Task SendAgainAsync()
    {
        KeyValuePair<long, Pending>[] again;
        lock (gate)
        {
            again = [.. unanswered];
        }

        foreach ((long number, Pending message) in again)
        {
            await SendAsync(number, message, stopping.Token);
        }
    }

    private sealed record Pending(byte[] Topic, ReadOnlyMemory<byte> Payload, byte Qos)
    {
        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
