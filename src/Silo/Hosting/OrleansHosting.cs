using Microsoft.Extensions.DependencyInjection.Extensions;
using Millwright.Grains;
using Millwright.Grains.Hosting;
using Millwright.Silo.Storage;
using Millwright.Twins;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;

namespace Millwright.Silo.Hosting;

/// <summary>Grains on whichever runtime this build has. What differs between the two is decided here and nowhere else (ADR 0001).</summary>
public static class OrleansHosting
{
    /// <summary>Requests that may wait for one grain; beyond it callers get an overload error and try again later.</summary>
    private const int MaxMailbox = 10_000;

    public static void AddTwins(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddGrains(builder.Configuration);
        builder.Services.AddKeyedSingleton<IGrainStorage>(GrainStores.Default, (services, _) =>
            services.GetRequiredService<SqlGrainStorage>());
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering();
            silo.Configure<SiloMessagingOptions>(o => o.MaxEnqueuedRequestsHardLimit = MaxMailbox);
            silo.AddMemoryStreams(TwinStreams.Provider);
            silo.AddMemoryGrainStorage("PubSubStore");
        });
    }
}
