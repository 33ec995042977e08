using Millwright.Twins;
using Orleans;
using Orleans.Runtime;
using Orleans.Streams;

namespace Millwright.Grains;

internal static class GrainStreams
{
    /// <summary>Publishes what fans out. Each of these streams has one key: subscribers want the whole fleet, and filter.</summary>
    public static Task PublishAsync<T>(this Grain grain, string @namespace, T item) =>
        grain.GetStreamProvider(TwinStreams.Provider).GetStream<T>(StreamId.Create(@namespace, TwinStreams.All)).OnNextAsync(item);
}
