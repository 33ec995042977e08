using System.Net.Sockets;
using System.Text;

namespace Millwright.LoadGenerator.Wire;

/// <summary>One MQTT 3.1.1 connection that only publishes: batches of packets go out in one write, acknowledgements are counted.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private TaskCompletionSource acknowledgement = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task receiver = Task.CompletedTask;
    private long sent;
    private long acknowledged;

    public long Acknowledged => Interlocked.Read(ref acknowledged);

    public long Unacknowledged => sent - Acknowledged;

    /// <summary>Set when the connection ended by itself.</summary>
    public Exception? Fault { get; private set; }

    public async Task ConnectAsync(string host, int port, string clientId, CancellationToken cancellationToken)
    {
        await socket.ConnectAsync(host, port, cancellationToken);
        byte[] id = Encoding.ASCII.GetBytes(clientId);

        // CONNECT, clean session, keep-alive off: a paused load must not end the run.
        byte[] connect = [0x10, (byte)(12 + id.Length), 0, 4, .. "MQTT"u8, 4, 2, 0, 0, 0, (byte)id.Length, .. id];
        await socket.SendAsync(connect, cancellationToken);
        receiver = ReceiveAsync();
        await connected.Task.WaitAsync(cancellationToken);
    }

    /// <param name="messages">Messages in the batch that will be acknowledged.</param>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> batch, int messages, CancellationToken cancellationToken)
    {
        sent += messages;
        while (batch.Length > 0)
        {
            int written = await socket.SendAsync(batch, cancellationToken);
            batch = batch[written..];
        }
    }

    /// <summary>Completes when something was acknowledged, or when the connection is over.</summary>
    public Task WaitForAcknowledgementAsync()
    {
        lock (gate)
        {
            return acknowledgement.Task;
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        receiver.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        int held = 0;
        try
        {
            while (true)
            {
                int read = await socket.ReceiveAsync(buffer.AsMemory(held));
                if (read == 0)
                {
                    throw new IOException("The receiver closed the connection.");
                }

                held = Take(buffer, held + read);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The end of the connection, ours or theirs; the run reports it.
            Fault = e;
            connected.TrySetException(new IOException($"No connection: {e.Message}"));
            Signal();
        }
    }

    /// <summary>Every packet that comes to a publisher at QoS 0 or 1 has four bytes (CONNACK, PUBACK) or two (PINGRESP).</summary>
    private int Take(byte[] buffer, int length)
    {
        int at = 0;
        long answers = 0;
        while (length - at >= 2 && length - at >= 2 + buffer[at + 1])
        {
            switch (buffer[at] >> 4)
            {
                case 2 when buffer[at + 3] == 0:
                    connected.TrySetResult();
                    break;
                case 2:
                    throw new IOException($"CONNECT was refused with code {buffer[at + 3]}.");
                case 4:
                    answers++;
                    break;
            }

            at += 2 + buffer[at + 1];
        }

        buffer.AsSpan(at, length - at).CopyTo(buffer);
        if (answers > 0)
        {
            Interlocked.Add(ref acknowledged, answers);
            Signal();
        }

        return length - at;
    }

    private void Signal()
    {
        lock (gate)
        {
            acknowledgement.TrySetResult();
            acknowledgement = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
