namespace Orleans.Runtime;

/// <summary>
/// Converts between the four awaitables a grain method may return and the one the runtime works with. Emitted code calls these; each has
/// a branch without allocation for what has already completed.
/// </summary>
internal static class Outcomes
{
    public static ValueTask<Nothing> From(Task task) =>
        task.IsCompletedSuccessfully ? default : Awaited(new ValueTask(task));

    public static ValueTask<Nothing> From(ValueTask task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            return Awaited(task);
        }

        task.GetAwaiter().GetResult();
        return default;
    }

    public static ValueTask<T> From<T>(Task<T> task) => new(task);

    public static Task ToTask(ValueTask<Nothing> outcome) => outcome.IsCompletedSuccessfully ? Task.CompletedTask : outcome.AsTask();

    public static ValueTask ToValueTask(ValueTask<Nothing> outcome) =>
        outcome.IsCompletedSuccessfully ? default : new ValueTask(outcome.AsTask());

    public static Task<T> ToTask<T>(ValueTask<T> outcome) => outcome.AsTask();

    private static async ValueTask<Nothing> Awaited(ValueTask task)
    {
        await task;
        return default;
    }
}
