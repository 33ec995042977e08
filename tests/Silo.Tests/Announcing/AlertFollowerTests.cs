using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Silo.Announcing;
using Millwright.Silo.Announcing.Webhooks;
using Millwright.Testing.Webhooks;

namespace Millwright.Silo.Tests.Announcing;

/// <summary>Delivery of alerts over a real store and a real HTTP receiver.</summary>
public sealed class AlertFollowerTests : IAsyncLifetime
{
    private FollowerBench bench = null!;
    private WebhookHost host = null!;

    public async Task InitializeAsync()
    {
        bench = FollowerBench.Create();
        host = await WebhookHost.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await bench.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Alerts_ArriveOnceInOrder_AndTheEarlierOnesAreNoNews()
    {
        await bench.RaiseAsync(5);
        await bench.FollowAsync(bench.Webhook(host.Url));

        string[] first = await bench.RaiseAsync(1);
        await host.TakenAsync(1);
        string[] more = await bench.RaiseAsync(450);
        await host.TakenAsync(451);

        Assert.Equal([.. first, .. more], host.Taken);
    }

    [Fact]
    public async Task AlertsRecordedWhileNobodyFollowed_ArriveAfterTheRestart_AndNoOtherTwice()
    {
        (_, int number) = await bench.FollowAsync(bench.Webhook(host.Url));
        string[] before = await bench.RaiseAsync(3);
        await host.TakenAsync(3);
        await bench.StopAsync(number);
        string[] between = await bench.RaiseAsync(4);

        await bench.FollowAsync(bench.Webhook(host.Url));
        await host.TakenAsync(7);

        Assert.Equal([.. before, .. between], host.Taken);
    }

    [Fact]
    public async Task CrashBeforeTheCursorIsWritten_TellsAgain_UnderTheSameIds()
    {
        (_, int number) = await bench.FollowAsync(bench.Webhook(host.Url), new FollowerBench.Forgetful(bench.Cursors));
        string[] ids = await bench.RaiseAsync(3);
        await host.TakenAsync(3);
        await bench.StopAsync(number);

        await bench.FollowAsync(bench.Webhook(host.Url));
        await host.TakenAsync(6);

        Assert.Equal([.. ids, .. ids], host.Taken);
    }

    [Fact]
    public async Task ReceiverThatFails_IsTriedAgain_AndOrderHolds()
    {
        int failures = 0;
        host.Answer = call => call.Id == "id-1" && failures++ < 7 ? failures % 2 == 0 ? 503 : 429 : 204;
        await bench.FollowAsync(bench.Webhook(host.Url));

        string[] ids = await bench.RaiseAsync(3);
        await host.TakenAsync(3);

        Assert.Equal(ids, host.Taken);
        Assert.Equal(7, host.Calls.Count(c => c.Status is 503 or 429));
    }

    [Fact]
    public async Task AlertThatTheReceiverRefuses_IsSetAsideOnRecord_AndTheNextOnesCome()
    {
        host.Answer = call => call.Id == "id-0" ? 422 : 200;
        WebhookReceiver receiver = bench.Webhook(host.Url);
        await bench.FollowAsync(receiver);

        string[] ids = await bench.RaiseAsync(3);
        await host.TakenAsync(2);

        Assert.Equal(ids[1..], host.Taken);
        Assert.Equal(bench.Options.MaxTries, host.Calls.Count(c => c.Id == "id-0"));
        RefusedAlert refused = Assert.Single((ImmutableArray<RefusedAlert>)await bench.Cursors.RefusedAsync(receiver.Name, default));
        Assert.Equal("id-0", refused.AlertId);
        Assert.StartsWith("webhook.refused", refused.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(407)]
    public async Task ReceiverThatIsNotThere_OrDoesNotKnowUs_IsAway_AndNoAlertIsSetAside(int status)
    {
        int failures = 0;
        host.Answer = _ => failures++ < bench.Options.MaxTries + 2 ? status : 200;
        WebhookReceiver receiver = bench.Webhook(host.Url);
        await bench.FollowAsync(receiver);

        string[] ids = await bench.RaiseAsync(2);
        await host.TakenAsync(2);

        Assert.Equal(ids, host.Taken);
        Assert.Empty(await bench.Cursors.RefusedAsync(receiver.Name, default));
    }

    [Fact]
    public async Task Refusals_AreCountedApartFromTriesOfAReceiverThatWasAway()
    {
        int calls = 0;
        int max = bench.Options.MaxTries;
        host.Answer = _ => ++calls <= 2 * max ? 503 : calls < 3 * max ? 422 : 200;
        WebhookReceiver receiver = bench.Webhook(host.Url);
        await bench.FollowAsync(receiver);

        string[] ids = await bench.RaiseAsync(2);
        await host.TakenAsync(2);

        Assert.Equal(ids, host.Taken);
        Assert.Empty(await bench.Cursors.RefusedAsync(receiver.Name, default));
    }

    [Fact]
    public async Task AlertWhoseRowIsDamaged_IsSetAside_AndThoseBeforeAndBehindItArrive()
    {
        WebhookReceiver receiver = bench.Webhook(host.Url);
        (_, int number) = await bench.FollowAsync(receiver);
        await bench.StopAsync(number);
        string[] ids = await bench.RaiseAsync(9);
        int[] damaged = [0, 4, 5];
        Array.ForEach(damaged, i => bench.Damage(ids[i]));

        await bench.FollowAsync(receiver);
        await host.TakenAsync(6);

        Assert.Equal(ids.Where((_, i) => !damaged.Contains(i)), host.Taken);
        ImmutableArray<RefusedAlert> refused = await bench.Cursors.RefusedAsync(receiver.Name, default);
        Assert.Equal([6, 5, 1], refused.Select(r => r.Ordinal));
        Assert.All(refused, r => Assert.StartsWith("store.corrupt", r.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Alerts_AreTold_OnlyWhenNoPowerCutTakesThemBack()
    {
        var cursors = new FollowerBench.Syncing(bench.Cursors, () => host.Calls.Count);
        await bench.FollowAsync(bench.Webhook(host.Url), cursors);

        await bench.RaiseAsync(3);
        await cursors.Asked;
        Assert.Empty(host.Calls);
        cursors.Release();
        await host.TakenAsync(3);

        Assert.Equal(0, cursors.ToldBefore);
    }

    [Fact]
    public async Task ReceiverThatIsSlow_TimesOut_AndDelaysNobodyElse()
    {
        await using WebhookHost other = await WebhookHost.StartAsync();
        host.Answer = _ => null;
        await bench.FollowAsync(bench.Webhook(host.Url, o => o.Timeout = TimeSpan.FromMilliseconds(300)));
        await bench.FollowAsync(bench.Webhook(other.Url));

        string[] ids = await bench.RaiseAsync(20);
        await other.TakenAsync(20);
        await host.NextAsync();
        await host.NextAsync();

        Assert.Equal(ids, other.Taken);
        Assert.All(host.Calls, c => Assert.Equal("id-0", c.Id));
        ReceiverStatus slow = bench.Instruments.Receivers[0];
        Assert.Contains("webhook.timeout", slow.Away!.Value.Fault, StringComparison.Ordinal);
        Assert.Equal(20, slow.Waiting);
    }

    [Fact]
    public async Task ReceiverThatDies_GetsEverything_WhenItIsBack()
    {
        await bench.FollowAsync(bench.Webhook(host.Url));
        string[] before = await bench.RaiseAsync(2);
        await host.TakenAsync(2);
        await host.DieAsync();
        string[] during = await bench.RaiseAsync(30);

        await host.ReviveAsync();
        await host.TakenAsync(32);

        Assert.Equal([.. before, .. during], host.Taken);
    }

    [Fact]
    public async Task Audiences_GetTheirs()
    {
        await bench.FollowAsync(bench.Webhook(host.Url, o => o.Audiences = "energy, quality"));

        await bench.RaiseAsync(2, Audiences.Maintenance);
        string[] energy = await bench.RaiseAsync(1, Audiences.Energy | Audiences.Maintenance);
        await bench.RaiseAsync(1, Audiences.Maintenance);
        string[] quality = await bench.RaiseAsync(1, Audiences.Quality);
        await host.TakenAsync(2);

        Assert.Equal([.. energy, .. quality], host.Taken);
    }
}
