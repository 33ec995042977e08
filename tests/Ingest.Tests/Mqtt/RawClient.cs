using System.Buffers.Binary;
using System.Text;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>Sends bytes and reads packets, with its own decoding, so that the codec under test does not judge itself.</summary>
internal sealed class RawClient(Stream stream) : IAsyncDisposable
{
    // A failure bound only: nothing waits that long when the endpoint works.
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    public Task Served { get; init; } = Task.CompletedTask;

    public Task SendAsync(byte[] bytes) => stream.WriteAsync(bytes).AsTask().WaitAsync(Bound);

    public Task SendAsync(string hex) => SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

    /// <summary>The next packet in hex; "closed" at the end of the connection.</summary>
    public async Task<string> ReadAsync()
    {
        byte[]? packet = await ReadBytesAsync();
        return packet is null ? "closed" : Convert.ToHexStringLower(packet);
    }

    public async Task<byte[]?> ReadBytesAsync()
    {
        using var bound = new CancellationTokenSource(Bound);
        var packet = new List<byte>();
        byte[] one = new byte[1];
        int length = 0;
        int shift = 0;
        try
        {
            do
            {
                if (await stream.ReadAsync(one, bound.Token) == 0)
                {
                    return null;
                }

                packet.Add(one[0]);
                if (packet.Count > 1)
                {
                    length |= (one[0] & 0x7F) << shift;
                    shift += 7;
                }
            }
            while (packet.Count == 1 || one[0] >= 0x80);
            byte[] body = new byte[length];
            await stream.ReadExactlyAsync(body, bound.Token);
            return [.. packet, .. body];
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Connects and checks that the server accepts. Returns the CONNACK.</summary>
    public async Task<byte[]> ConnectAsync(int version, string clientId, bool clean = true, string properties = "", int keepAlive = 0)
    {
        byte[] id = Encoding.UTF8.GetBytes(clientId);
        byte[] block = Convert.FromHexString(properties);
        var body = new List<byte> { 0, 4, (byte)'M', (byte)'Q', (byte)'T', (byte)'T', (byte)version, (byte)(clean ? 2 : 0) };
        body.AddRange([(byte)(keepAlive >> 8), (byte)keepAlive]);
        if (version == 5)
        {
            body.Add((byte)block.Length);
            body.AddRange(block);
        }

        body.AddRange([(byte)(id.Length >> 8), (byte)id.Length, .. id]);
        await SendAsync([0x10, (byte)body.Count, .. body]);
        byte[] answer = await ReadBytesAsync() ?? throw new InvalidOperationException("closed instead of CONNACK");
        Assert.Equal(0x20, answer[0]);
        Assert.Equal(0, answer[3]);
        return answer;
    }

    /// <summary>A PUBLISH; with <paramref name="properties"/> (hex) it is of version 5.</summary>
    public static byte[] Publish(string topic, string payload, int qos, ushort id = 0, string? properties = null, int flags = 0)
    {
        byte[] name = Encoding.UTF8.GetBytes(topic);
        var body = new List<byte> { (byte)(name.Length >> 8), (byte)name.Length };
        body.AddRange(name);
        if (qos > 0)
        {
            Span<byte> number = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(number, id);
            body.AddRange(number);
        }

        if (properties is not null)
        {
            byte[] block = Convert.FromHexString(properties);
            body.AddRange([(byte)block.Length, .. block]);
        }

        body.AddRange(Encoding.UTF8.GetBytes(payload));
        return [(byte)(0x30 | (qos << 1) | flags), (byte)body.Count, .. body];
    }

    public static byte[] Subscribe(string filter, int options, ushort id = 1, string? properties = null)
    {
        byte[] name = Encoding.UTF8.GetBytes(filter);
        var body = new List<byte> { (byte)(id >> 8), (byte)id };
        if (properties is not null)
        {
            byte[] block = Convert.FromHexString(properties);
            body.AddRange([(byte)block.Length, .. block]);
        }

        body.AddRange([(byte)(name.Length >> 8), (byte)name.Length, .. name, (byte)options]);
        return [0x82, (byte)body.Count, .. body];
    }

    public async Task<string> ExchangeAsync(byte[] packet)
    {
        await SendAsync(packet);
        return await ReadAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        await Served.WaitAsync(Bound);
    }
}
