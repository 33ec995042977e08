using System.Collections.Immutable;
using Millwright.Silo.Announcing;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What every <see cref="IAnnouncementStore"/> promises.</summary>
public abstract class AnnouncementStoreSuite : StoreSuite
{
    [SuiteFact]
    public async Task NewReceiver_BeginsAtTheNewestAlert_AndStaysThereOverARestart()
    {
        Assert.Equal(0, await Stage.Announcements.BeginAsync("early", default));
        for (int i = 0; i < 3; i++)
        {
            await Stage.Alerts.AppendAsync(StoreExamples.Alert(i), default);
        }

        long begun = await Stage.Announcements.BeginAsync("late", default);
        await Stage.Alerts.AppendAsync(StoreExamples.Alert(3), default);
        await Stage.ReopenAsync();

        Assert.Equal(begun, await Stage.Announcements.BeginAsync("late", default));
        Assert.Equal(0, await Stage.Announcements.BeginAsync("early", default));
        Assert.Equal(1, await Stage.Announcements.CountAfterAsync(begun, default));
        Assert.Equal(4, await Stage.Announcements.CountAfterAsync(0, default));
    }

    [SuiteFact]
    public async Task Place_MovesOnly_AndEachReceiverHasItsOwn()
    {
        await Stage.Announcements.BeginAsync("a", default);
        await Stage.Announcements.BeginAsync("b", default);
        await Stage.Announcements.MoveAsync("a", 7, default);
        await Stage.Announcements.MoveAsync("a", 3, default);
        await Stage.Announcements.SyncAsync(default);
        await Stage.ReopenAsync();

        Assert.Equal(7, await Stage.Announcements.BeginAsync("a", default));
        Assert.Equal(0, await Stage.Announcements.BeginAsync("b", default));
    }

    [SuiteFact]
    public async Task RefusedAlerts_AreKeptOnce_NewestFirst()
    {
        for (int ordinal = 1; ordinal <= 3; ordinal++)
        {
            await Stage.Announcements.RefuseAsync(Refused("a", ordinal, "first"), default);
            await Stage.Announcements.RefuseAsync(Refused("a", ordinal, "again"), default);
        }

        await Stage.Announcements.RefuseAsync(Refused("b", 9, "other"), default);
        await Stage.ReopenAsync();

        ImmutableArray<RefusedAlert> kept = await Stage.Announcements.RefusedAsync("a", default);
        Assert.Equal([3L, 2, 1], kept.Select(r => r.Ordinal));
        Assert.All(kept, r => Assert.Equal(Refused("a", r.Ordinal, "first"), r));
    }

    private static RefusedAlert Refused(string receiver, long ordinal, string reason) =>
        new(receiver, ordinal, $"id-{ordinal}", reason, StoreExamples.Start.AddSeconds(ordinal));
}
