using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Millwright.Grains.Twins;

namespace Millwright.Grains.Hosting;

public static class GrainsHosting
{
    /// <summary>What grains are injected with, except the stores, which the host chooses.</summary>
    public static IServiceCollection AddGrains(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TwinCatalogue>();
        services.TryAddSingleton<TwinInstruments>();
        services.AddOptions<TwinOptions>().Bind(configuration.GetSection(TwinOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        return services;
    }
}
