using System.IO.Pipelines;
using System.Net.Sockets;

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

    /// <summary>Says that nothing more comes, without giving up what is under way.</summary>
    public void ShutdownSend()
    {
        try
        {
            socket?.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer has gone already; there is nobody to tell.
        }
    }

    public void Dispose()
    {
        Input.Complete();
        stream.Dispose();
    }
}
