using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>The emitted reference classes, one per grain interface, made at first use.</summary>
internal sealed class ProxyTypes
{
    private static readonly ConcurrentDictionary<Type, Lazy<ProxyType>> Made = new();

#pragma warning disable CA1822 // An instance, so that a silo could hold its own.
    public ProxyType For(Type grainInterface) =>
        Made.GetOrAdd(grainInterface, static type => new Lazy<ProxyType>(() => ProxyEmitter.Emit(type))).Value;
#pragma warning restore CA1822
}

/// <summary>How to make a reference for one grain interface.</summary>
internal sealed class ProxyType(Func<LocalSilo, GrainClass, GrainId, GrainMethod[], GrainReference> construct, GrainMethod[] methods)
{
    public GrainReference Create(LocalSilo silo, GrainClass grainClass, GrainId grainId) => construct(silo, grainClass, grainId, methods);
}
