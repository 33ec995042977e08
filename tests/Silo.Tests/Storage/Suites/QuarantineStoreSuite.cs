using Millwright.Ingest.Quarantine;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What every <see cref="IQuarantineStore"/> promises.</summary>
public abstract class QuarantineStoreSuite : StoreSuite
{
    [SuiteFact]
    public async Task Quarantine_KeepsTheFirstOfAPosition_AndPages()
    {
        IQuarantineStore store = Stage.Quarantine(new QuarantineOptions());
        await store.AppendAsync([Message(1, "x"), Message(2, "y"), Message(3, "x")], default);
        await store.AppendAsync([Message(2, "changed"), Message(4, "x")], default);

        Assert.Equal([4L, 3, 2, 1], (await store.QueryAsync(null, null, 10, default)).Select(m => m.Position));
        QuarantinedMessage fourth = (await store.QueryAsync(null, null, 1, default)).Single();
        Assert.Equal([3L, 1], (await store.QueryAsync(fourth.Ordinal, "x", 10, default)).Select(m => m.Position));
        QuarantinedMessage message = (await store.FindAsync(2, null, default)).Single();
        Assert.Equal(("y", 99, false), (message.Reason, message.PayloadLength, message.IsDamaged));
        Assert.Equal(new byte[] { 1, 2 }, message.Payload.ToArray());
    }

    [SuiteFact]
    public async Task Quarantine_KeepsLogsAndItemsApart()
    {
        IQuarantineStore store = Stage.Quarantine(new QuarantineOptions());
        await store.AppendAsync(
            [Message(1, "x") with { LogId = "a" }, Message(1, "y") with { LogId = "b" }, Message(1, "z") with { LogId = "b", Index = 1 }],
            default);

        Assert.Equal(["z", "y", "x"], (await store.FindAsync(1, null, default)).Select(m => m.Reason));
        Assert.Equal(["x"], (await store.FindAsync(1, "a", default)).Select(m => m.Reason));
    }

    [SuiteFact]
    public async Task Quarantine_LetsTheOldestGo_BeyondItsBounds()
    {
        IQuarantineStore store = Stage.Quarantine(new QuarantineOptions { MaxRows = 3, MaxAge = TimeSpan.FromDays(1) });
        await store.AppendAsync([.. Enumerable.Range(1, 5).Select(i => Message(i, "x"))], default);
        long[] bounded = [.. (await store.QueryAsync(null, null, 10, default)).Select(m => m.Position)];
        Stage.Time.Advance(TimeSpan.FromDays(2));
        await store.AppendAsync([Message(6, "x")], default);

        Assert.Equal([5L, 4, 3], bounded);
        Assert.Equal([6L], (await store.QueryAsync(null, null, 10, default)).Select(m => m.Position));
    }

    [SuiteFact]
    public async Task Quarantine_KeepsTextThatNoDatabaseLikes()
    {
        IQuarantineStore store = Stage.Quarantine(new QuarantineOptions());
        await store.AppendAsync([Message(1, "x") with { Topic = "a\0b", Detail = "half a pair: \ud83d", Source = "" }], default);
        await Stage.ReopenAsync();

        QuarantinedMessage kept = Assert.Single(await Stage.Quarantine(new QuarantineOptions()).QueryAsync(null, null, 10, default));
        Assert.False(kept.IsDamaged);
        Assert.StartsWith("half a pair", kept.Detail, StringComparison.Ordinal);
        Assert.StartsWith("a", kept.Topic, StringComparison.Ordinal);
    }

    protected static QuarantinedMessage Message(long position, string reason) => new()
    {
        Position = position,
        IngestTime = StoreExamples.Start,
        Source = "mqtt:c",
        Topic = "t",
        Reason = reason,
        Detail = "d",
        PayloadLength = 99,
        Payload = new byte[] { 1, 2 },
    };
}
