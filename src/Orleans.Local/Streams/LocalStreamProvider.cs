using Orleans.Streams;

namespace Orleans.Runtime;

internal sealed class LocalStreamProvider(string name, LocalSilo silo) : IStreamProvider
{
    public string Name { get; } = name;

    public bool IsRewindable => false;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new LocalStream<T>(silo, Name, streamId);
}
