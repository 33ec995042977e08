namespace Millwright.Orleans.Conformance.Turns;

public sealed class TurnTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public async Task OneActivationAnswers_WhenManyFirstCallsComeAtOnce()
    {
        for (int round = 0; round < 20; round++)
        {
            string key = $"first-{round}";

            int[] instances = await Task.WhenAll(Enumerable.Range(0, 32)
                .Select(_ => Task.Run(async () => await silo.Grain<ITurnGrain>(key).InstanceAsync())));

            Assert.Single(instances.Distinct());
        }
    }

    [Fact]
    public async Task KeysHaveActivationsOfTheirOwn_WhenTheyDiffer()
    {
        int one = await silo.Grain<ITurnGrain>("one").InstanceAsync();
        int other = await silo.Grain<ITurnGrain>("other").InstanceAsync();

        Assert.NotEqual(one, other);
    }

    [Fact]
    public async Task CallsDoNotOverlap_WhenTheyAwait()
    {
        var grain = silo.Grain<ITurnGrain>("counting");

        await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(() => grain.CountAsync())));

        Assert.Equal(500, await grain.CountedAsync());
    }

    [Fact]
    public async Task CallRunsToItsEnd_BeforeTheNextBegins()
    {
        var grain = silo.Grain<ITurnGrain>("in-order");
        Task first = grain.HoldAsync("first", "go");
        await silo.Stage.Reached("first");

        Task second = grain.NoteAsync("second");
        silo.Stage.Open("go");
        await Task.WhenAll(first, second);

        Assert.Equal(["first begins", "first ends", "second"], silo.Stage.Log.Where(static l => l.Contains("first") || l == "second"));
    }

    [Fact]
    public async Task CallsRunInOrder_WhenOneCallerSendsThem()
    {
        var grain = silo.Grain<ITurnGrain>("sequence");
        Task held = grain.HoldAsync("sequence-held", "sequence-go");
        await silo.Stage.Reached("sequence-held");

        Task[] calls = [.. Enumerable.Range(0, 50).Select(i => grain.NoteAsync($"sequence {i}"))];
        silo.Stage.Open("sequence-go");
        await Task.WhenAll([held, .. calls]);

        Assert.Equal(
            Enumerable.Range(0, 50).Select(static i => $"sequence {i}"),
            silo.Stage.Log.Where(static l => l.StartsWith("sequence ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AwaitResumesInTheTurn_WhateverIsAwaited()
    {
        string lost = await silo.Grain<ITurnGrain>("awaiting").AwaitInManyWaysAsync();

        Assert.Equal(string.Empty, lost);
    }

    [Fact]
    public async Task ReadOnlyCallsInterleave_WithEachOther()
    {
        var grain = silo.Grain<ITurnGrain>("reading");
        Task first = grain.HoldReadOnlyAsync("reader-1", "readers-go");
        Task second = grain.HoldReadOnlyAsync("reader-2", "readers-go");

        // Both are inside: without interleaving the second is never reached.
        await silo.Stage.Reached("reader-1");
        await silo.Stage.Reached("reader-2");
        silo.Stage.Open("readers-go");
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task ReadOnlyCallWaits_WhenAnotherKindRuns()
    {
        var grain = silo.Grain<ITurnGrain>("writing");
        Task writer = grain.HoldAsync("writing-held", "writing-go");
        await silo.Stage.Reached("writing-held");

        Task reader = grain.HoldReadOnlyAsync("late-reader", "writing-go");
        silo.Stage.Open("writing-go");
        await Task.WhenAll(writer, reader);

        Assert.Equal(
            ["writing-held begins", "writing-held ends", "late-reader begins", "late-reader ends"],
            silo.Stage.Log.Where(static l => l.StartsWith("writing-held ", StringComparison.Ordinal)
                || l.StartsWith("late-reader ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AlwaysInterleavedCallRuns_WhileAnotherAwaits()
    {
        var grain = silo.Grain<ITurnGrain>("interleaving");
        Task held = grain.HoldAsync("interleaving-held", "interleaving-go");
        await silo.Stage.Reached("interleaving-held");

        await grain.OpenAsync("interleaving-go").WaitAsync(Stage.Patience);

        await held;
    }

    [Fact]
    public async Task ReentrantGrainTakesCalls_WhileOthersAwait()
    {
        var grain = silo.Grain<IReentrantGrain>("reentrant");
        Task[] held = [.. Enumerable.Range(0, 20).Select(i => grain.HoldAsync($"reentrant-{i}", "reentrant-go"))];
        await silo.Stage.Reached("reentrant-19");

        await grain.OpenAsync("reentrant-go").WaitAsync(Stage.Patience);

        await Task.WhenAll(held);
    }
}
