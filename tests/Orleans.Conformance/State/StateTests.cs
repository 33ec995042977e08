using Orleans.Runtime;
using Orleans.Storage;

namespace Millwright.Orleans.Conformance.State;

public sealed class StateTests(SiloFixture fixture) : IClassFixture<SiloFixture>
{
    private readonly TestSilo silo = fixture.Silo;

    [Fact]
    public async Task WrittenStateIsThere_AfterTheGrainCameBack()
    {
        var grain = silo.Grain<INotebookGrain>("written");
        await grain.WriteAsync("kept");

        await ComeBack(grain, "written");

        Assert.Equal("kept", await grain.ReadAsync());
        Assert.True(await grain.ExistsAsync());
    }

    [Fact]
    public async Task UnwrittenChangeIsGone_AfterTheGrainCameBack()
    {
        var grain = silo.Grain<INotebookGrain>("scribbled");
        await grain.WriteAsync("kept");
        await grain.ScribbleAsync("not kept");

        await ComeBack(grain, "scribbled");

        Assert.Equal("kept", await grain.ReadAsync());
    }

    [Fact]
    public async Task StorageIsAskedByName_WhenAGrainHasTwo()
    {
        var grain = silo.Grain<INotebookGrain>("two-storages");
        await grain.WriteAsync("default");
        await grain.WriteOtherAsync("other");

        await ComeBack(grain, "two-storages");

        Assert.Equal("default", await grain.ReadAsync());
        Assert.Equal("other", await grain.ReadOtherAsync());
    }

    [Fact]
    public async Task StateIsEmpty_BeforeItIsWrittenAndAfterItIsCleared()
    {
        var grain = silo.Grain<INotebookGrain>("cleared");
        Assert.Equal(string.Empty, await grain.ReadAsync());
        Assert.False(await grain.ExistsAsync());
        await grain.WriteAsync("something");

        await grain.ClearAsync();

        Assert.Equal(string.Empty, await grain.ReadAsync());
        Assert.False(await grain.ExistsAsync());
        await grain.WriteAsync("again");
        Assert.Equal("again", await grain.ReadAsync());
    }

    [Fact]
    public async Task CallerGetsInconsistentState_WhenTheEtagIsOld_AndTheGrainStartsAnew()
    {
        var grain = silo.Grain<IConflictGrain>("conflict");
        int before = await grain.InstanceAsync();

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.WriteBothAsync("first", "second"));

        Assert.Equal("first", await grain.ReadAsync());
        Assert.NotEqual(before, await grain.InstanceAsync());
    }

    [Fact]
    public async Task GrainLivesOn_WhenItHandlesTheConflictItself()
    {
        var grain = silo.Grain<IConflictGrain>("handled");
        int before = await grain.InstanceAsync();

        Assert.True(await grain.SurvivesConflictAsync());

        Assert.Equal(before, await grain.InstanceAsync());
    }

    [Fact]
    public async Task CallerGetsTheFailureInside_WhenWritingFails_AndTheGrainLivesOn()
    {
        var grain = silo.Grain<IFailingStateGrain>("write-fails");
        int before = await grain.InstanceAsync();
        silo.Storage.OnWrite = new IOException("disk full");

        var thrown = await Assert.ThrowsAsync<OrleansException>(() => grain.WriteAsync("lost"));
        silo.Storage.OnWrite = null;

        Assert.Equal("disk full", Assert.IsType<IOException>(thrown.InnerException).Message);
        Assert.Equal("kept", await grain.WriteAsync("kept"));
        Assert.Equal(before, await grain.InstanceAsync());
    }

    [Fact]
    public async Task CallFails_WhenStateCannotBeRead_AndTheNextTriesAnew()
    {
        var grain = silo.Grain<IFailingStateGrain>("read-fails");
        silo.Storage.OnRead = new IOException("no disk");

        await Assert.ThrowsAnyAsync<OrleansException>(() => grain.InstanceAsync());
        silo.Storage.OnRead = null;

        Assert.NotEqual(0, await grain.InstanceAsync());
    }

    private async Task ComeBack(INotebookGrain grain, string key)
    {
        await grain.LeaveAsync();
        await silo.Stage.Reached($"{key} down");
    }
}
