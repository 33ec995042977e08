namespace Millwright.Orleans.Conformance.Lifecycle;

public sealed class ShutdownTests
{
    [Fact]
    public async Task EveryGrainSaysItsLastWords_BeforeTheHostHasStopped()
    {
        TestSilo silo = await TestSilo.StartAsync();
        Stage stage = silo.Stage;
        for (int i = 0; i < 50; i++)
        {
            await silo.Grain<ILastWordsGrain>($"{i:00}").WakeAsync(string.Empty);
        }

        await silo.StopAsync();

        Assert.Equal(
            Enumerable.Range(0, 50).Select(static i => $"last words of {i:00}: ShuttingDown"),
            stage.Log.Order(StringComparer.Ordinal));
        await silo.DisposeAsync();
    }
}
