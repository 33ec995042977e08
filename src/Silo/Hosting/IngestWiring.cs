using Millwright.Ingest.Feed;
using Millwright.Ingest.Hosting;
using Millwright.Ingest.Log;
using Millwright.Ingest.Payloads.Blocks;
using Millwright.Silo.Api;

namespace Millwright.Silo.Hosting;

public static class IngestWiring
{
    public static void AddIngest(this WebApplicationBuilder builder)
    {
        SiloOptions options = builder.Options();
        builder.Services.AddSingleton<ILanePriority, PlantPriority>();
        builder.Services.AddSingleton<IBlockAnalyst, CoreBlockAnalyst>();
        builder.Services.AddIngest(builder.Configuration);
        builder.Services.PostConfigure<LogOptions>(log =>
        {
            log.Directory = builder.Configuration[$"{LogOptions.Section}:Directory"] ?? Path.Combine(options.DataDirectory, "log");
            log.Name = options.LogId;
        });
        builder.Services.AddSingleton<ITwinCaller, GrainTwinCaller>();
        builder.Services.AddSingleton<ITelemetryInlet, HttpInlet>();
    }
}
