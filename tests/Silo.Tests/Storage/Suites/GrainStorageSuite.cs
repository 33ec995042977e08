using System.Collections.Immutable;
using Millwright.Silo.Storage;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What every grain storage of ours promises, and the list beside it.</summary>
public abstract class GrainStorageSuite : StoreSuite
{
    private static readonly GrainId Grain = GrainId.Create("incident", "i-1");

    private IGrainStorage Storage => Stage.Grains;

    [SuiteFact]
    public async Task Read_OfNothing_GivesAFreshState()
    {
        GrainState<Note> state = await ReadAsync(Grain);

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal("", state.State!.Text);
    }

    [SuiteFact]
    public async Task Write_ThenRead_GivesTheStateAndItsETag()
    {
        var state = new GrainState<Note>(new Note { Text = "a", Items = ["x", "y"] });
        await Storage.WriteStateAsync("note", Grain, state);
        await Stage.ReopenAsync();

        GrainState<Note> read = await ReadAsync(Grain);

        Assert.True(state.RecordExists && read.RecordExists);
        Assert.Equal(state.ETag, read.ETag);
        Assert.Equal("a", read.State!.Text);
        Assert.Equal(["x", "y"], read.State.Items.AsEnumerable());
    }

    [SuiteFact]
    public async Task Write_OverAnotherWritersState_IsRefused()
    {
        var first = new GrainState<Note>(new Note { Text = "first" });
        await Storage.WriteStateAsync("note", Grain, first);
        GrainState<Note> second = await ReadAsync(Grain);
        second.State!.Text = "second";
        await Storage.WriteStateAsync("note", Grain, second);
        first.State!.Text = "stale";

        InconsistentStateException refused = await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.WriteStateAsync("note", Grain, first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("note", Grain, first));
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => Storage.WriteStateAsync("note", Grain, new GrainState<Note>(new Note())));

        Assert.Equal((second.ETag, first.ETag), (refused.StoredEtag, refused.CurrentEtag));
        Assert.Equal("second", (await ReadAsync(Grain)).State!.Text);
    }

    [SuiteFact]
    public async Task ClearedAndWrittenAgain_NeverRepeatsAnETag()
    {
        var state = new GrainState<Note>(new Note());
        await Storage.WriteStateAsync("note", Grain, state);
        string? old = state.ETag;
        await Storage.ClearStateAsync("note", Grain, state);
        Assert.False((await ReadAsync(Grain)).RecordExists);
        Assert.Null(state.ETag);

        await Storage.WriteStateAsync("note", Grain, state);

        Assert.NotEqual(old, state.ETag);
    }

    [SuiteFact]
    public async Task List_GivesTheNewestChangeFirst_PerStateName()
    {
        Dictionary<string, GrainState<Note>> states = [];
        foreach (string key in new[] { "a", "b", "c" })
        {
            states[key] = new GrainState<Note>(new Note { Text = key });
            await Storage.WriteStateAsync("note", GrainId.Create("g", key), states[key]);
        }

        await Storage.WriteStateAsync("other", GrainId.Create("g", "z"), new GrainState<Note>(new Note()));
        await Storage.WriteStateAsync("note", GrainId.Create("g", "a"), states["a"]);

        ImmutableArray<GrainStateEntry<Note>> page = await Stage.States.ListAsync<Note>("note", null, 2, default);
        Assert.Equal(["a", "c"], page.Select(entry => entry.Key));
        Assert.Equal(["b"], (await Stage.States.ListAsync<Note>("note", page[^1].Ordinal, 2, default)).Select(entry => entry.State.Text));
    }

    [SuiteFact]
    public async Task WritersAtOnce_ExactlyOneWins()
    {
        var first = new GrainState<Note>(new Note());
        await Storage.WriteStateAsync("note", Grain, first);
        GrainState<Note>[] copies = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReadAsync(Grain)))];
        IGrainStorage[] storages = [.. copies.Select(_ => Storage)];

        Task[] writes = [.. copies.Select((copy, i) => Task.Run(() => storages[i].WriteStateAsync("note", Grain, copy)))];
        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(1, writes.Count(write => write.IsCompletedSuccessfully));
        Assert.All(
            writes.Where(write => write.IsFaulted), write => Assert.IsType<InconsistentStateException>(write.Exception!.InnerException));
        Assert.Equal(copies[Array.FindIndex(writes, w => w.IsCompletedSuccessfully)].ETag, (await ReadAsync(Grain)).ETag);
    }

    private async Task<GrainState<Note>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<Note>();
        await Storage.ReadStateAsync("note", grain, state);
        return state;
    }

    internal sealed class Note
    {
        public string Text { get; set; } = "";

        public ImmutableArray<string> Items { get; set; } = [];
    }
}
