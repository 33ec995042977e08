using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>A grain class as the runtime needs it: its name, its interfaces and how to make one.</summary>
internal sealed class GrainClass
{
    private readonly Lazy<Func<Activation, object>> construct;
    private readonly bool reentrant;

    public GrainClass(Type type)
    {
        Type = type;
        GrainType = GrainType.Create(NameOf(type));
        reentrant = type.IsDefined(typeof(ReentrantAttribute), inherit: true);
        Interfaces = [.. type.GetInterfaces()
            .Where(static i => typeof(IGrain).IsAssignableFrom(i) && i.Assembly != typeof(IGrain).Assembly)];
        construct = new Lazy<Func<Activation, object>>(() => GrainConstructor.Compile(type));
        Streams = [.. type.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>(inherit: true)];
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    public IReadOnlyList<Type> Interfaces { get; }

    public IReadOnlyList<ImplicitStreamSubscriptionAttribute> Streams { get; }

    /// <summary>The interface a grain's own reference implements; a reference to another is made by a cast.</summary>
    public Type PrimaryInterface => Interfaces.Count > 0 ? Interfaces[0] : typeof(IGrainWithStringKey);

    public Interleaving InterleavingOf(GrainMethod method) => reentrant ? Interleaving.Always : method.Interleaving;

    public object Construct(Activation activation) => construct.Value(activation);

    private static string NameOf(Type type)
    {
        const string Suffix = "grain";
        if (type.GetCustomAttribute<GrainTypeAttribute>() is { } named)
        {
            return named.GrainType;
        }

        // Orleans' convention, so that stored state has the same key in both runtimes.
#pragma warning disable CA1308 // The convention is lower case.
        string name = type.Name.ToLowerInvariant();
#pragma warning restore CA1308
        return name.EndsWith(Suffix, StringComparison.Ordinal) && name.Length > Suffix.Length ? name[..^Suffix.Length] : name;
    }
}
