namespace Millwright.Silo.Storage.Postgres;

/// <summary>A write that waits for its commit.</summary>
/// <param name="bytes">About how much it sends.</param>
internal abstract class PendingWrite<TResult>(long bytes)
{
    private readonly TaskCompletionSource<TResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Bytes => bytes;

    public Task<TResult> Task => completion.Task;

    public bool IsSettled => completion.Task.IsCompleted;

    public void Settle(TResult result) => completion.TrySetResult(result);

    public void Fail(Exception failure) => completion.TrySetException(failure);
}
