using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>What all references to one class through one interface share, so that a reference itself is no more than a key.</summary>
internal sealed class GrainBinding(LocalSilo silo, GrainClass grainClass, ProxyType proxy)
{
    public LocalSilo Silo { get; } = silo;

    public GrainClass GrainClass { get; } = grainClass;

    public GrainMethod[] Methods { get; } = proxy.Methods;

    public GrainReference Create(IdSpan key) => proxy.Construct(this, key);
}

/// <summary>The bindings of one silo.</summary>
internal sealed class GrainBindings(LocalSilo silo)
{
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainBinding> resolved = new();
    private readonly ConcurrentDictionary<(Type Interface, GrainClass Class), GrainBinding> made = new();

    /// <summary>By interface, as a caller asks.</summary>
    public GrainBinding Of(Type grainInterface, string? prefix) => resolved.GetOrAdd(
        (grainInterface, prefix),
        static (key, owner) => owner.For(key.Interface, owner.Manifest.Class(key.Interface, key.Prefix)),
        this);

    public GrainBinding For(Type grainInterface, GrainClass grainClass) => made.GetOrAdd(
        (grainInterface, grainClass),
        static (key, silo) => new GrainBinding(silo, key.Class, ProxyTypes.For(key.Interface)),
        silo);

    private GrainManifest Manifest => silo.Manifest;
}
