using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>State that the activation reads before the grain's own activation.</summary>
internal interface IStateFacet
{
    Task Load();
}

/// <summary>Makes <see cref="PersistentState{TState}"/> for constructor parameters.</summary>
internal static class PersistentState
{
    public const string DefaultStorage = "Default";

    private static readonly MethodInfo Generic =
        typeof(PersistentState).GetMethod(nameof(Facet), BindingFlags.Static | BindingFlags.NonPublic)!;

    public static Func<Activation, object?> FacetFor(Type type, PersistentStateAttribute facet, ParameterInfo parameter)
    {
        if (!type.IsConstructedGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new OrleansConfigurationException(
                $"[PersistentState] is on the parameter {parameter.Name} of {parameter.Member.DeclaringType?.FullName}, "
                + "which is no IPersistentState<T>.");
        }

        return Generic.MakeGenericMethod(type.GenericTypeArguments)
            .CreateDelegate<Func<PersistentStateAttribute, Func<Activation, object?>>>()(facet);
    }

    private static Func<Activation, object?> Facet<TState>(PersistentStateAttribute facet) => activation =>
    {
        string name = facet.StorageName ?? DefaultStorage;
        IGrainStorage storage = activation.Silo.Services.GetKeyedService<IGrainStorage>(name)
            ?? throw new OrleansConfigurationException(
                $"There is no storage provider \"{name}\", which {activation.GrainClass.Type.FullName} asks for.");
        var state = new PersistentState<TState>(facet.StateName, activation.GrainId, storage);
        activation.AddFacet(state);
        return state;
    };
}

/// <summary>One named state of one activation.</summary>
internal sealed class PersistentState<TState>(string name, GrainId grainId, IGrainStorage storage) : IPersistentState<TState>, IStateFacet
{
    private readonly GrainState<TState> held = new(Fresh());

    public TState State
    {
        get => held.State!;
        set => held.State = value;
    }

    public string? Etag => held.ETag;

    public bool RecordExists => held.RecordExists;

    public Task Load() => ReadStateAsync();

    public async Task ReadStateAsync()
    {
        await Ask(static (store, key, id, state) => store.ReadStateAsync(key, id, state));
        held.State ??= Fresh();
    }

    public Task WriteStateAsync() => Ask(static (store, key, id, state) => store.WriteStateAsync(key, id, state));

    public async Task ClearStateAsync()
    {
        await Ask(static (store, key, id, state) => store.ClearStateAsync(key, id, state));
        held.State ??= Fresh();
    }

    /// <summary>As in Orleans, what is no OrleansException is wrapped in one: a caller need not know which storage there is.</summary>
    private async Task Ask(Func<IGrainStorage, string, GrainId, IGrainState<TState>, Task> verb)
    {
        try
        {
            await verb(storage, name, grainId, held);
        }
        catch (Exception exception) when (exception is not OrleansException)
        {
            throw new OrleansException($"The storage of {name} failed for {grainId}: {exception.Message}", exception);
        }
    }

    // A state type need not have a parameterless constructor in Orleans either; such a state starts as null.
    private static TState? Fresh() =>
        typeof(TState).IsValueType || typeof(TState).GetConstructor(Type.EmptyTypes) is null ? default : Activator.CreateInstance<TState>();
}
