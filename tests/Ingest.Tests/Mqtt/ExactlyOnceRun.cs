using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Millwright.Ingest.Hosting;
using Millwright.Ingest.Log;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Tests.Log;
using Millwright.Telemetry;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>
/// A QoS 2 publisher that keeps its session by the book, and a server that dies between any two steps of the handshake. Payloads have no
/// time: what comes twice cannot be told from a new message by its content.
/// </summary>
internal sealed class ExactlyOnceRun(int seed)
{
    private const int Messages = 14;
    private const int PacketIds = 3;
    private const int MaxCuts = 5;
    private const string Client = "press";

    private readonly Random random = new(seed);
    private readonly ForgetfulStore store = new();
    private readonly SortedDictionary<ushort, (int Message, bool IsReleasing)> open = [];
    private readonly List<ushort> order = [];
    private JournalEndpoint server = null!;
    private RawClient? client;
    private bool isKnown;
    private ushort barrier = 100;
    private int next;
    private int cuts;

    private bool IsDone => next == Messages && open.Count == 0;

    public async Task RunAsync()
    {
        server = await JournalEndpoint.StartAsync(new MemoryLogDisk(), store);
        while (!IsDone)
        {
            if (client is null)
            {
                // May end in the next cut, while what is open is sent again.
                await ConnectAsync();
                continue;
            }

            await StepAsync();
        }

        SortedDictionary<string, int> expected = Expected();
        SortedDictionary<string, int> found = Found();
        string differences = string.Join(", ", expected.Keys.Union(found.Keys)
            .Where(k => expected.GetValueOrDefault(k) != found.GetValueOrDefault(k))
            .Select(k => $"{k}: {found.GetValueOrDefault(k)} for {expected.GetValueOrDefault(k)}"));
        Assert.Equal("", differences);
        server.Dispose();
    }

    private static byte[] Publish(int message, ushort id, bool again)
    {
        string value = message.ToString(CultureInfo.InvariantCulture);
        (string topic, string payload) = (message % 4) switch
        {
            // Two assets in one message: two records, which must not be torn apart.
            0 => ("v1/gateway/telemetry", $$"""{"a":[{"m":{{value}}}],"b":[{"m":{{value}}}]}"""),
            3 => ("chat", value),
            _ => ("telemetry/acme.lyon/press", "{\"values\":{\"m\":" + value + "}}"),
        };
        return RawClient.Publish(topic, payload, 2, id, flags: again ? 8 : 0);
    }

    private async Task StepAsync()
    {
        int choice = random.Next(14);
        if (choice < 6)
        {
            await SendAsync([.. NewMessages(random.Next(1, PacketIds + 1)).SelectMany(id => Publish(open[id].Message, id, false))]);
        }
        else if (choice == 6)
        {
            server.Tick();
        }
        else if (choice == 7)
        {
            client = null;
        }
        else if (choice == 8)
        {
            await CutPowerAsync();
        }
        else if (choice == 9)
        {
            store.IsFailing = !store.IsFailing;
        }
        else
        {
            await SendAsync([.. Releases()]);
        }
    }

    private List<ushort> NewMessages(int count)
    {
        var ids = new List<ushort>();
        for (ushort id = 1; id <= PacketIds && ids.Count < count && next < Messages; id++)
        {
            if (!open.ContainsKey(id))
            {
                open[id] = (next++, false);
                order.Add(id);
                ids.Add(id);
            }
        }

        return ids;
    }

    private IEnumerable<byte> Releases() => order.Where(id => open[id].IsReleasing).SelectMany(id => (byte[])[0x62, 2, 0, (byte)id]);

    /// <summary>
    /// Sends, and a SUBSCRIBE behind it: when that is in the journal, all before it was handled. Then something happens, or the commit
    /// and the answers.
    /// </summary>
    private async Task SendAsync(byte[] packets)
    {
        int releases = packets.Length == 0 ? 0 : CountReleases(packets);
        barrier++;
        await client!.SendAsync([.. packets, .. RawClient.Subscribe("barrier", 0, barrier)]);
        for (int i = 0; i <= releases; i++)
        {
            await server.AppendedAsync();
        }

        switch (random.Next(10))
        {
            case 0:
                await CutPowerAsync();
                return;
            case 1:
                // Written and not synced: a power cut now leaves a part of it.
                server.Disk.FailSync = true;
                server.Log.Pump();
                server.Disk.FailSync = false;
                await FailedAsync();
                return;
            case 2:
                server.Log.Pump();
                await CutPowerAsync();
                return;
            case 3:
                server.Tick();
                break;
        }

        server.Log.Pump();
        await ReadAnswersAsync(random.Next(4) == 0 ? random.Next(3) : int.MaxValue);
    }

    private static int CountReleases(byte[] packets)
    {
        int count = 0;
        for (int at = 0; at < packets.Length; at += 2 + packets[at + 1])
        {
            count += packets[at] == 0x62 ? 1 : 0;
        }

        return count;
    }

    private async Task FailedAsync()
    {
        if (random.Next(2) == 0)
        {
            await CutPowerAsync();
            return;
        }

        // The disk comes back without a restart; the server has closed the connection without an answer.
        Assert.Null(await client!.ReadBytesAsync());
        server.Log.Pump();
        client = null;
    }

    /// <summary>Takes so many answers; the rest is lost with the connection.</summary>
    private async Task ReadAnswersAsync(int most)
    {
        for (int i = 0; i < most; i++)
        {
            byte[] answer = await client!.ReadBytesAsync() ?? throw new InvalidOperationException($"seed {seed}: closed");
            ushort id = BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2));
            switch (answer[0])
            {
                case 0x50:
                    open[id] = (open[id].Message, true);
                    break;
                case 0x70:
                    open.Remove(id);
                    order.Remove(id);
                    break;
                case 0x90 when id == barrier:
                    return;
            }
        }

        client = null;
    }

    private async Task ConnectAsync()
    {
        RawClient connecting = server.Open();
        Task<byte[]> answer = connecting.ConnectAsync(4, Client, clean: false);
        if (!isKnown)
        {
            // A new session is not acknowledged before it is durable.
            await server.AppendedAsync();
            Assert.False(answer.IsCompleted);
            server.Log.Pump();
        }

        bool isPresent = (await answer)[2] == 1;
        Assert.True(isPresent || !isKnown, $"seed {seed}: the session is gone");
        isKnown = true;
        client = connecting;
        byte[] again = [.. order.SelectMany(id => open[id].IsReleasing ? [0x62, 2, 0, (byte)id] : Publish(open[id].Message, id, true))];
        if (again.Length > 0)
        {
            await SendAsync(again);
        }
    }

    private async Task CutPowerAsync()
    {
        if (cuts++ == MaxCuts)
        {
            cuts--;
            if (!server.Log.Health.IsHealthy)
            {
                Assert.Null(await client!.ReadBytesAsync());
            }

            server.Log.Pump();
            client = null;
            return;
        }

        JournalEndpoint dead = server;
        MemoryLogDisk left = dead.Disk.AfterPowerCut(random);
        store.CutPower(random);
        client = null;
        dead.Dispose();
        server = await JournalEndpoint.StartAsync(left, store);
    }

    private static SortedDictionary<string, int> Expected()
    {
        var expected = new SortedDictionary<string, int>(StringComparer.Ordinal) { ["receipts"] = Messages };
        for (int i = 0; i < Messages; i++)
        {
            string[] assets = (i % 4) switch { 0 => ["devices:a", "devices:b"], 3 => [], _ => ["acme.lyon:press"] };
            foreach (string asset in assets)
            {
                expected[$"{asset}={i}"] = 1;
            }
        }

        return expected;
    }

    /// <summary>Every sample in the log, and the receipts, each with how often it is there.</summary>
    private SortedDictionary<string, int> Found()
    {
        var found = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var names = new NameCache();
        using LogReader reader = server.Log.OpenReader(0);
        while (reader.TryRead(out LogRecord record))
        {
            if (record.Kind == LogRecordKind.Samples)
            {
                var samples = new RecordReader(record, names);
                var values = new TelemetrySample[samples.Count];
                samples.ReadSamples(values);
                Count($"{samples.AssetId}={values.Single().Value.ToString(CultureInfo.InvariantCulture)}");
            }
            else if (SessionRecord.TryRead(record.Payload, record.Position + 1) is { Kind: MqttSessionEventKind.Received })
            {
                Count("receipts");
            }
        }

        return found;

        void Count(string what) => found[what] = found.GetValueOrDefault(what) + 1;
    }
}
