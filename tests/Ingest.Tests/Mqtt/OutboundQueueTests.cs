using System.Text;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Sessions;

namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>What a session loses at its bounds, and what it never loses.</summary>
public sealed class OutboundQueueTests
{
    [Fact]
    public void Queue_LosesTheOldestOfQos0_AndRefusesTheNewestOfQos1()
    {
        var queue = new OutboundQueue(2, 1_000);

        int[] lost = [.. Enumerable.Range(0, 4).Select(i => queue.Add(Message($"{i}", 0)))];
        int[] refused = [.. Enumerable.Range(4, 4).Select(i => queue.Add(Message($"{i}", 1)))];

        Assert.Equal([0, 0, 1, 1], lost);
        Assert.Equal([0, 0, 1, 1], refused);
        Assert.Equal(["2", "3", "4", "5"], Drain(queue, hasRoom: true));
    }

    [Fact]
    public void Queue_IsBoundedInBytesToo()
    {
        var queue = new OutboundQueue(100, 30);

        queue.Add(Message(new string('x', 20), 0));
        int lost = queue.Add(Message(new string('y', 20), 0));

        Assert.Equal(1, lost);
        Assert.Equal([new string('y', 20)], Drain(queue, hasRoom: true));
    }

    [Fact]
    public void Queue_KeepsTheOrderAcrossQos_UnlessTheWindowIsFull()
    {
        var queue = new OutboundQueue(10, 1_000);
        queue.Add(Message("1", 1));
        queue.Add(Message("0", 0));
        queue.Add(Message("2", 2));

        Assert.Equal(["0"], Drain(queue, hasRoom: false));
        queue.Add(Message("last", 0));
        Assert.Equal(["1", "2", "last"], Drain(queue, hasRoom: true));
    }

    [Fact]
    public async Task SlowSubscriber_GetsTheNewest_AndEveryLossIsCounted()
    {
        const int Count = 1_000;
        await using var endpoint = new MqttEndpoint(o => o.MaxQueuedPerSession = 10);
        await using RawClient slow = await endpoint.ConnectAsync(4, "slow");
        await slow.ExchangeAsync(RawClient.Subscribe("a", 0));

        for (int i = 0; i < Count; i++)
        {
            await endpoint.Server.PublishAsync("a", Encoding.UTF8.GetBytes($"{i:D4}{new string('x', 4_000)}"));
        }

        int received = 0;
        int last = -1;
        while (last != Count - 1)
        {
            byte[] packet = (await slow.ReadBytesAsync())!;
            int number = int.Parse(Encoding.UTF8.GetString(packet.AsSpan(6, 4)), System.Globalization.CultureInfo.InvariantCulture);
            Assert.True(number > last);
            last = number;
            received++;
        }

        Assert.True(received < Count);
        Assert.Equal(Count, received + endpoint.Server.Statistics.MessagesDropped);
    }

    private static QueuedMessage Message(string payload, byte qos)
        => new(new MqttMessage("a", Encoding.UTF8.GetBytes(payload), qos), qos, false, []);

    private static List<string> Drain(OutboundQueue queue, bool hasRoom)
    {
        var payloads = new List<string>();
        while (queue.TryTake(hasRoom, out QueuedMessage message))
        {
            payloads.Add(Encoding.UTF8.GetString(message.Message.Payload.Span));
        }

        return payloads;
    }
}
