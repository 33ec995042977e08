namespace Millwright.Ingest.Tests.Mqtt;

/// <summary>Each line of malformed-packets.txt gets exactly its answer, ends its own connection, and no other.</summary>
public sealed class MalformedPacketTests
{
    public static TheoryData<string, string, string, string> Packets()
    {
        var rows = new TheoryData<string, string, string, string>();
        string file = Path.Combine(AppContext.BaseDirectory, "Mqtt", "malformed-packets.txt");
        foreach (string line in File.ReadLines(file).Where(l => !l.StartsWith('#')))
        {
            string[] parts = line.Split(" | ");
            rows.Add(parts[0], parts[1], parts[2], parts[3]);
        }

        return rows;
    }

    [Fact]
    public void Table_HasAtLeast250Packets() => Assert.True(Packets().Count >= 250);

    [Theory]
    [MemberData(nameof(Packets))]
    public async Task Endpoint_AnswersAndCloses_WhenPacketIsMalformed(string phase, string fault, string bytes, string answer)
    {
        await using var endpoint = new MqttEndpoint();
        await using RawClient bystander = await endpoint.ConnectAsync(5, "bystander");
        await using RawClient client = endpoint.Open();
        if (phase != "first")
        {
            await client.ConnectAsync(phase == "v5" ? 5 : 4, "culprit");
        }

        await client.SendAsync(bytes);

        if (answer != "closed")
        {
            Assert.Equal(answer, await client.ReadAsync());
        }

        Assert.True(await client.ReadAsync() == "closed", fault);
        Assert.Equal(1, endpoint.Server.Statistics.PacketsMalformed);
        Assert.Equal("d000", await bystander.ExchangeAsync([0xC0, 0]));
    }
}
