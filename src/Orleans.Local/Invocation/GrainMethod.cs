using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>With which running calls a new one may share an activation.</summary>
internal enum Interleaving
{
    /// <summary>With none.</summary>
    Never,

    /// <summary>With others of this kind.</summary>
    ReadOnly,

    /// <summary>With all.</summary>
    Always,
}

/// <summary>What the runtime must know of a method, read once from its attributes.</summary>
internal sealed class GrainMethod(string name, Interleaving interleaving, TimeSpan? timeout, bool oneWay)
{
    public string Name { get; } = name;

    public Interleaving Interleaving { get; } = interleaving;

    /// <summary>Null means the silo's response timeout.</summary>
    public TimeSpan? Timeout { get; } = timeout;

    public bool OneWay { get; } = oneWay;

    public static GrainMethod Of(MethodInfo method)
    {
        Interleaving interleaving = method.IsDefined(typeof(AlwaysInterleaveAttribute)) ? Interleaving.Always
            : method.IsDefined(typeof(ReadOnlyAttribute)) ? Interleaving.ReadOnly
            : Interleaving.Never;
        return new GrainMethod(
            $"{method.DeclaringType!.Name}.{method.Name}",
            interleaving,
            method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout,
            method.IsDefined(typeof(OneWayAttribute)));
    }
}
