using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace Millwright.Orleans.Conformance.State;

[GenerateSerializer]
[Alias("millwright.conformance.notebook")]
public sealed class Notebook
{
    [Id(0)]
    public string Text { get; set; } = string.Empty;
}

public sealed class NotebookGrain(
    Stage stage,
    [PersistentState("notes")] IPersistentState<Notebook> notes,
    [PersistentState("other-notes", "other")] IPersistentState<Notebook> other) : Grain, INotebookGrain
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stage.Open($"{this.GetPrimaryKeyString()} down");
        return Task.CompletedTask;
    }

    public Task WriteAsync(string text)
    {
        notes.State.Text = text;
        return notes.WriteStateAsync();
    }

    public Task ScribbleAsync(string text)
    {
        notes.State.Text = text;
        return Task.CompletedTask;
    }

    public Task<string> ReadAsync() => Task.FromResult(notes.State.Text);

    public Task WriteOtherAsync(string text)
    {
        other.State = new Notebook { Text = text };
        return other.WriteStateAsync();
    }

    public Task<string> ReadOtherAsync() => Task.FromResult(other.State.Text);

    public Task ClearAsync() => notes.ClearStateAsync();

    public Task<bool> ExistsAsync() => Task.FromResult(notes.RecordExists && notes.Etag is not null);

    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public sealed class ConflictGrain(
    Stage stage,
    [PersistentState("same")] IPersistentState<Notebook> one,
    [PersistentState("same")] IPersistentState<Notebook> two) : Grain, IConflictGrain
{
    private readonly int instance = stage.NextInstance();

    public Task<int> InstanceAsync() => Task.FromResult(instance);

    public Task<string> ReadAsync() => Task.FromResult(one.State.Text);

    public async Task WriteBothAsync(string first, string second)
    {
        one.State.Text = first;
        await one.WriteStateAsync();
        two.State.Text = second;
        await two.WriteStateAsync();
    }

    public async Task<bool> SurvivesConflictAsync()
    {
        try
        {
            await WriteBothAsync("caught-1", "caught-2");
            return false;
        }
        catch (InconsistentStateException)
        {
            await two.ReadStateAsync();
            return two.State.Text == "caught-1";
        }
    }
}

public sealed class FailingStateGrain(
    Stage stage, [PersistentState("fails", TestSilo.FailingStorage)] IPersistentState<Notebook> state) : Grain, IFailingStateGrain
{
    private readonly int instance = stage.NextInstance();

    public async Task<string> WriteAsync(string text)
    {
        state.State.Text = text;
        await state.WriteStateAsync();
        return state.State.Text;
    }

    public Task<int> InstanceAsync() => Task.FromResult(instance);
}
