using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Millwright.Silo.Tests.Storage.Postgres;

/// <summary>
/// Stands between a silo and its server and takes one answer away: the server has done what it was asked, the connection is cut, and nobody
/// was told.
/// </summary>
internal sealed class CuttingProxy : IDisposable
{
    /// <summary>The server's "ready for query", idle or in a transaction: the end of an answer.</summary>
    private static readonly byte[] Ready = [(byte)'Z', 0, 0, 0, 5];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly int port;
    private byte[]? marker;
    private int answers;
    private int cuts;

    public CuttingProxy(int port)
    {
        this.port = port;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Cuts => Volatile.Read(ref cuts);

    /// <summary>
    /// The connection that sends these bytes is cut when the server has answered: that request, or one so many later.
    /// </summary>
    public void CutAfter(string bytes, int later = 0)
    {
        answers = later + 1;
        Volatile.Write(ref marker, Encoding.UTF8.GetBytes(bytes));
    }

    public void Dispose()
    {
        closing.Cancel();
        listener.Dispose();
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(closing.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient { NoDelay = true })
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, port, closing.Token);
                var link = new Link();
                await Task.WhenAny(
                    AskAsync(client.GetStream(), server.GetStream(), link), AnswerAsync(server.GetStream(), client.GetStream(), link));
            }
            catch (Exception end) when (end is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has gone, and so goes the other.
            }
        }
    }

    private async Task AskAsync(NetworkStream client, NetworkStream server, Link link)
    {
        var buffer = new byte[65_536];
        for (int read; (read = await client.ReadAsync(buffer, closing.Token)) > 0;)
        {
            if (Volatile.Read(ref marker) is { } wanted && buffer.AsSpan(0, read).IndexOf(wanted) >= 0)
            {
                Volatile.Write(ref marker, null);
                link.AnswersLeft = answers;
            }

            await server.WriteAsync(buffer.AsMemory(0, read), closing.Token);
        }
    }

    private async Task AnswerAsync(NetworkStream server, NetworkStream client, Link link)
    {
        var buffer = new byte[65_536];
        for (int read; (read = await server.ReadAsync(buffer, closing.Token)) > 0;)
        {
            bool isEnd = buffer.AsSpan(0, read).IndexOf(Ready) >= 0;
            if (link.AnswersLeft == 1)
            {
                if (isEnd)
                {
                    Interlocked.Increment(ref cuts);
                    return;
                }

                continue;
            }

            link.AnswersLeft -= link.AnswersLeft > 1 && isEnd ? 1 : 0;
            await client.WriteAsync(buffer.AsMemory(0, read), closing.Token);
        }
    }

    private sealed class Link
    {
        /// <summary>0 while nothing is to be cut.</summary>
        public volatile int AnswersLeft;
    }
}
