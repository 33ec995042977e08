namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What all suites have in common: a store of their own for each test.</summary>
public abstract class StoreSuite : IAsyncLifetime
{
    private StoreStage? stage;

    private protected StoreStage Stage => stage ?? throw new InvalidOperationException("The store is not made yet.");

    public async Task InitializeAsync() => stage = await NewStageAsync();

    public async Task DisposeAsync()
    {
        if (stage is not null)
        {
            await stage.DisposeAsync();
        }
    }

    private protected abstract ValueTask<StoreStage> NewStageAsync();
}
