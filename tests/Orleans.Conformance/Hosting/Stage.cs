using System.Collections.Concurrent;

namespace Millwright.Orleans.Conformance;

/// <summary>
/// Where a test and its grains meet: named events that one side opens and the other awaits, and a log of what happened in order.
/// </summary>
public sealed class Stage
{
    // A failure bound, not a pace: a test that works never waits for it.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> events = new();
    private readonly ConcurrentQueue<string> log = new();
    private int instances;

    public IReadOnlyList<string> Log => [.. log];

    /// <summary>What a library does: its own awaits do not come back to the turn, but its caller's await does.</summary>
    public static async Task LeaveTheTurnInside() => await Task.Run(static () => { }).ConfigureAwait(false);

    public int NextInstance() => Interlocked.Increment(ref instances);

    public void Note(string what) => log.Enqueue(what);

    public void Open(string name) => Event(name).TrySetResult();

    public bool IsOpen(string name) => Event(name).Task.IsCompleted;

    public Task Reached(string name) => Event(name).Task.WaitAsync(Patience);

    private TaskCompletionSource Event(string name) =>
        events.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
