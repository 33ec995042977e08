using Orleans.Runtime;

namespace Orleans;

/// <summary>The one factory: a client in the same process needs no gateway.</summary>
internal sealed class LocalClusterClient(LocalSilo silo) : IClusterClient
{
    public IServiceProvider ServiceProvider => silo.Services;

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)(object)Create(typeof(TGrainInterface), primaryKey, grainClassNamePrefix);

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable =>
        (TGrainInterface)(object)silo.Bindings.For(typeof(TGrainInterface), silo.Manifest.Class(grainId.Type)).Create(grainId.Key);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)(object)Create(grainInterfaceType, grainPrimaryKey, null);

    public IAddressable GetGrain(GrainId grainId)
    {
        GrainClass grainClass = silo.Manifest.Class(grainId.Type);
        return silo.Bindings.For(grainClass.PrimaryInterface, grainClass).Create(grainId.Key);
    }

    private GrainReference Create(Type grainInterface, string key, string? prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return silo.Bindings.Of(grainInterface, prefix).Create(IdSpan.Create(key));
    }
}
