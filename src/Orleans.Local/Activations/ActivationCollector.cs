namespace Orleans.Runtime;

/// <summary>Deactivates what has not been used for its age, once per quantum.</summary>
internal sealed class ActivationCollector(LocalSilo silo) : IDisposable
{
    private readonly Lock gate = new();
    private ITimer? timer;

    public void Start()
    {
        lock (gate)
        {
            timer ??= Unflowed.Timer(silo.Time, static collector => ((ActivationCollector)collector!).Sweep(), this);
            timer.Change(silo.Collection.CollectionQuantum, silo.Collection.CollectionQuantum);
        }
    }

    public void Stop()
    {
        lock (gate)
        {
            timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
        }
    }

    private void Sweep()
    {
        DateTimeOffset now = silo.Time.GetUtcNow();
        foreach (Activation activation in silo.Activations.All)
        {
            activation.CollectIfIdle(now, AgeOf(activation.GrainClass));
        }

        silo.Streams.DropIdle();
    }

    private TimeSpan AgeOf(GrainClass grainClass) =>
        silo.Collection.ClassSpecificCollectionAge.TryGetValue(grainClass.Type.FullName!, out TimeSpan age)
            ? age
            : silo.Collection.CollectionAge;
}
