using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Ingest.Mqtt;
using Millwright.Silo.Storage;
using Millwright.Testing.Time;

namespace Millwright.Silo.Tests.Storage;

public sealed class SqliteSessionStoreTests : IDisposable
{
    private static readonly DateTimeOffset Instant = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly SqliteBench bench = new();

    private SqliteSessionStore Store =>
        new(bench.Database, new ManualTimeProvider(), NullLogger<SqliteSessionStore>.Instance);

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Session_ComesBackWhole()
    {
        var delivery = new MqttMessage("a/ü", "payload"u8.ToArray(), 2, true) { Properties = new byte[] { 1, 1 }, ExpiresAt = Instant };
        var session = new MqttStoredSession
        {
            ClientId = "bo\u00e4rd",
            ExpirySeconds = uint.MaxValue,
            BeganAt = 77,
            ExpiresAt = Instant,
            Subscriptions = [new("$share/g/a/#", 2, true, false, 7), new("b/+", 0, false, true, 0)],
            Received = [1, 65535],
            Deliveries = [new(delivery, 1, true, [7, 268435455], 3, false), new(new MqttMessage("x", default, 2), 2, false, [], 0, true)],
        };
        await SaveAsync([session], position: 123);
        bench.Reopen();

        MqttStoredState state = await Store.LoadAsync(default);

        MqttStoredSession found = state.Sessions.Single();
        Assert.Equal(("log-1", 123), (state.LogId, state.Position));
        Assert.Equal(
            (session.ClientId, session.ExpirySeconds, session.BeganAt, session.ExpiresAt),
            (found.ClientId, found.ExpirySeconds, found.BeganAt, found.ExpiresAt));
        Assert.Equal(session.Subscriptions, found.Subscriptions);
        Assert.Equal(session.Received, found.Received);
        Assert.Equal(2, found.Deliveries.Count);
        MqttStoredDelivery first = found.Deliveries[0];
        Assert.Equal((1, true, 3, false), (first.Qos, first.Retain, first.PacketId, first.Released));
        Assert.Equal(session.Deliveries[0].Identifiers, first.Identifiers);
        AssertSame(delivery, first.Message);
        Assert.True(found.Deliveries[1].Released);
    }

    [Fact]
    public async Task Save_ReplacesAndEndsAndRetains_InOneOrder()
    {
        var before = new MqttMessage("r", "1"u8.ToArray(), 0, true);
        var after = new MqttMessage("r", "2"u8.ToArray(), 1, true);
        await SaveAsync([Plain("a"), Plain("b")], retained: [before, new MqttMessage("gone", "1"u8.ToArray(), 0, true)]);
        await SaveAsync([Plain("a") with { ExpirySeconds = 9 }], ["a", "b"], [after, new MqttMessage("gone", default, 0, true)], 5);

        MqttStoredState state = await Store.LoadAsync(default);

        Assert.Equal(("a", 9u), (state.Sessions.Single().ClientId, state.Sessions.Single().ExpirySeconds));
        AssertSame(after, state.Retained.Single());
        Assert.Equal(5, state.Position);
    }

    [Fact]
    public async Task Receipts_ComeBack_EachByItsClient()
    {
        await Store.SaveReceiptsAsync(new MqttStoredReceipts("one", "log-1", 10, [4, 2]), default);
        await Store.SaveReceiptsAsync(new MqttStoredReceipts("two", "log-1", 11, []), default);
        await Store.SaveReceiptsAsync(new MqttStoredReceipts("one", "log-1", 12, [9]), default);
        bench.Reopen();

        MqttStoredReceipts? one = await Store.LoadReceiptsAsync("one", default);
        Assert.Equal(("log-1", 12), (one!.LogId, one.Position));
        Assert.Equal<ushort>([9], one.Received);
        Assert.Empty((await Store.LoadReceiptsAsync("two", default))!.Received);
        Assert.Null(await Store.LoadReceiptsAsync("three", default));
    }

    [Theory]
    [InlineData("mqtt_session", "data = substr(data, 1, 3) || x'FF' || substr(data, 5) WHERE client = 'b'")]
    [InlineData("mqtt_session", "crc = crc + 1 WHERE client = 'b'")]
    [InlineData("mqtt_session", "data = (SELECT data FROM mqtt_session WHERE client = 'a') WHERE client = 'b'")]
    [InlineData("mqtt_session", "client = 'c' WHERE client = 'b'")]
    [InlineData("mqtt_retained", "data = substr(data, 1, length(data) - 1)")]
    public async Task DamagedRow_IsSetAside_AndTheOthersAreFound(string table, string damage)
    {
        await SaveAsync([Plain("a"), Plain("b") with { ExpirySeconds = 5 }], retained: [new MqttMessage("r", "1"u8.ToArray(), 0, true)]);
        bench.Tamper($"UPDATE {table} SET {damage}");

        MqttStoredState state = await Store.LoadAsync(default);

        bool isSession = table == "mqtt_session";
        Assert.Equal(isSession ? ["a"] : ["a", "b"], state.Sessions.Select(s => s.ClientId).Order());
        Assert.Equal(isSession ? 1 : 0, state.Retained.Count);
        Assert.Equal(1L, await bench.Database.ReadAsync(s => s.Scalar("SELECT count(*) FROM mqtt_damaged"), default));
        Assert.Equal(isSession ? 1L : 0L, await bench.Database.ReadAsync(
            s => s.Scalar("SELECT (SELECT count(*) FROM mqtt_session) * (SELECT count(*) FROM mqtt_retained)"), default));
    }

    [Fact]
    public async Task DamagedPosition_MeansReadingTheWholeLog()
    {
        await SaveAsync([Plain("a")], position: 123);
        bench.Tamper("UPDATE mqtt_position SET position = 999");

        MqttStoredState state = await Store.LoadAsync(default);

        Assert.Equal(("log-1", 0), (state.LogId, state.Position));
    }

    private static MqttStoredSession Plain(string clientId) => new() { ClientId = clientId, ExpirySeconds = 3 };

    private static void AssertSame(MqttMessage expected, MqttMessage found)
    {
        Assert.Equal(
            (expected.Topic, expected.Qos, expected.Retain, expected.ExpiresAt), (found.Topic, found.Qos, found.Retain, found.ExpiresAt));
        Assert.Equal(expected.Payload.ToArray(), found.Payload.ToArray());
        Assert.Equal(expected.Properties.ToArray(), found.Properties.ToArray());
    }

    private ValueTask SaveAsync(
        IReadOnlyList<MqttStoredSession> sessions, IReadOnlyList<string>? ended = null, IReadOnlyList<MqttMessage>? retained = null,
        long position = 1) =>
        Store.SaveAsync(
            new MqttSessionChanges
            {
                Sessions = sessions, Ended = ended ?? [], Retained = retained ?? [], LogId = "log-1", Position = position,
            },
            default);
}
