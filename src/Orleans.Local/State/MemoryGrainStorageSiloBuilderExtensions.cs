using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>Registers storage in memory.</summary>
public static class MemoryGrainStorageSiloBuilderExtensions
{
    public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder) =>
        builder.AddMemoryGrainStorage(PersistentState.DefaultStorage);

    public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name) => builder.ConfigureServices(services =>
        services.AddKeyedSingleton<IGrainStorage>(name, static (_, _) => new MemoryGrainStorage()));
}
