using System.IO.Pipelines;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>Two ends of one connection in memory.</summary>
internal sealed class DuplexPair
{
    private readonly Pipe toServer = new();
    private readonly Pipe toClient = new();

    public DuplexPair()
    {
        Server = new DuplexStream(toServer.Reader.AsStream(), toClient.Writer.AsStream());
        Client = new DuplexStream(toClient.Reader.AsStream(), toServer.Writer.AsStream());
    }

    public Stream Server { get; }

    public Stream Client { get; }
}
