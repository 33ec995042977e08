using Millwright.Silo.Hosting;

if (SiloArguments.Refuse(args) is { } refusal)
{
    Console.Error.WriteLine(refusal);
    return SiloArguments.UsageExitCode;
}

WebApplicationBuilder builder = WebApplication.CreateBuilder(SiloArguments.WebOptions());
builder.Configuration.AddCommandLine(SiloArguments.Expand(args), SiloArguments.Mappings);
if (!builder.AddPlant())
{
    return SiloArguments.FaultyPlantExitCode;
}

if (!builder.AddStorage())
{
    return SiloArguments.FaultyStorageExitCode;
}

builder.AddTwins();
builder.AddApi();
builder.AddAnnouncing();
builder.AddIngest();
builder.AddDemo();

WebApplication app = builder.Build();
app.MapMillwright();
await app.RunAsync();
return 0;
