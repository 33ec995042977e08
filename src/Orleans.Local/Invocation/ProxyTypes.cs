using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>The emitted reference classes, one per grain interface, made at first use and for the whole process.</summary>
internal static class ProxyTypes
{
    private static readonly ConcurrentDictionary<Type, Lazy<ProxyType>> Made = new();

    public static ProxyType For(Type grainInterface) =>
        Made.GetOrAdd(grainInterface, static type => new Lazy<ProxyType>(() => ProxyEmitter.Emit(type))).Value;
}

/// <summary>How to make a reference for one grain interface, and what its methods ask for.</summary>
internal sealed record ProxyType(Func<GrainBinding, IdSpan, GrainReference> Construct, GrainMethod[] Methods);
