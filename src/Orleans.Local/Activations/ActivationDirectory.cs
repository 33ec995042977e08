using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>The one activation of each grain that has one.</summary>
internal sealed class ActivationDirectory(LocalSilo silo)
{
    private readonly ConcurrentDictionary<GrainId, Activation> activations = new();

    public int Count => activations.Count;

    public IEnumerable<Activation> All => activations.Select(static pair => pair.Value);

    public Activation? Find(GrainId grainId) =>
        activations.TryGetValue(grainId, out Activation? found) && !found.IsGone ? found : null;

    /// <summary>A new activation does nothing until its first call arrives, so one that loses the race is simply dropped.</summary>
    public Activation FindOrAdd(GrainClass grainClass, GrainId grainId)
    {
        while (true)
        {
            Activation found = activations.GetOrAdd(
                grainId, static (id, key) => new Activation(key.Silo, key.Class, id), (Silo: silo, Class: grainClass));
            if (!found.IsGone)
            {
                return found;
            }

            Remove(found);
        }
    }

    public void Remove(Activation activation) => activations.TryRemove(KeyValuePair.Create(activation.GrainId, activation));
}
