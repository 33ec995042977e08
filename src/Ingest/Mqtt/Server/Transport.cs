using System.IO.Pipelines;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Millwright.Ingest.Mqtt.Server;

/// <summary>One byte stream in both directions: TCP, TLS, WebSocket, or a pair of pipes in a test.</summary>
internal sealed class Transport : IDisposable
{
    private readonly Stream stream;
    private readonly Socket? socket;

    /// <param name="socket">When given, its sending side is shut down at the end, so that the peer still reads what it was sent.</param>
    public Transport(Stream stream, Socket? socket, string remote, int readBufferSize)
    {
        this.stream = stream;
        this.socket = socket;
        Remote = remote;

        // A zero-byte read waits without holding a buffer: thousands of idle connections cost no read buffers.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(
            bufferSize: readBufferSize, minimumReadSize: readBufferSize / 4, useZeroByteReads: socket is not null));
    }

    public PipeReader Input { get; }

    public Stream Output => stream;

    public string Remote { get; }

    /// <summary>Says that nothing more comes and keeps reading possible. False: this kind of stream has no half-closed state.</summary>
    public async ValueTask<bool> TryShutdownSendAsync(CancellationToken cancellationToken)
    {
        try
        {
            socket?.Shutdown(SocketShutdown.Send);
            if (stream is WebSocketTransportStream webSocket)
            {
                await webSocket.CloseOutputAsync(cancellationToken);
                return true;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or WebSocketException)
        {
            // The peer has gone already; there is nobody to tell.
        }

        return socket is not null;
    }

    public void Dispose()
    {
        Input.Complete();
        stream.Dispose();
    }
}
