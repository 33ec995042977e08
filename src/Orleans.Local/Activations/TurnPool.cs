namespace Orleans.Runtime;

/// <summary>
/// Where a summoned activation gets a thread for its turns: the thread pool. A simulation registers its own, so that the order of turns is
/// the one it decides and not the machine's.
/// </summary>
internal class TurnPool
{
    /// <summary>No thread but the simulation's may be used, so an answer does not take its way over the pool.</summary>
    public virtual bool IsOneThread => false;

    public virtual void Queue(IThreadPoolWorkItem activation, bool preferLocal) =>
        ThreadPool.UnsafeQueueUserWorkItem(activation, preferLocal);
}
