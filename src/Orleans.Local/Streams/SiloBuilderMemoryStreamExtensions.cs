using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Hosting;

/// <summary>Registers streams in memory.</summary>
public static class SiloBuilderMemoryStreamExtensions
{
    public static ISiloBuilder AddMemoryStreams(this ISiloBuilder builder, string name) => builder.ConfigureServices(services =>
        services.AddKeyedSingleton<IStreamProvider>(
            name, (provider, _) => new LocalStreamProvider(name, provider.GetRequiredService<LocalSilo>())));
}
