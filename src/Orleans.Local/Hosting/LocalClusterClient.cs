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
        (TGrainInterface)(object)silo.Proxies.For(typeof(TGrainInterface)).Create(silo, silo.Manifest.Class(grainId.Type), grainId);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) =>
        (IGrain)(object)Create(grainInterfaceType, grainPrimaryKey, null);

    public IAddressable GetGrain(GrainId grainId)
    {
        GrainClass grainClass = silo.Manifest.Class(grainId.Type);
        return silo.Proxies.For(grainClass.PrimaryInterface).Create(silo, grainClass, grainId);
    }

    private GrainReference Create(Type grainInterface, string key, string? prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        GrainClass grainClass = silo.Manifest.Class(grainInterface, prefix);
        return silo.Proxies.For(grainInterface).Create(silo, grainClass, GrainId.Create(grainClass.GrainType, key));
    }
}
