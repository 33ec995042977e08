using Millwright.Detectors;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Simulation;

namespace Millwright.Silo.Hosting;

public static class PlantHosting
{
    /// <summary>
    /// Loads the plant model. False when it has faults: all of them have been written to the error stream, and the silo must not start.
    /// </summary>
    public static bool AddPlant(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SiloOptions>().Bind(builder.Configuration.GetSection(SiloOptions.Section)).ValidateDataAnnotations(
            ).ValidateOnStart();
        SiloOptions options = builder.Options();
        if (Detectors(options) is not { } detectors)
        {
            return false;
        }

        builder.Services.AddSingleton(detectors);
        string directory = options.Demo ? DemoPlant.Directory : options.PlantDirectory;
        if (!Directory.Exists(directory) && builder.Configuration[$"{SiloOptions.Section}:PlantDirectory"] is not null)
        {
            // Whoever names a plant means it: twins that were rebuilt without their model would forget what they learned.
            Console.Error.WriteLine($"The plant directory {directory} does not exist; the silo does not start.");
            return false;
        }

        if (!Directory.Exists(directory))
        {
            // Not a fault: an engine without a model gives every asset an unmodelled twin.
            builder.Services.AddSingleton(PlantModel.Empty);
            return true;
        }

        PlantLoadResult result = new PlantLoader(detectors.Validate).Load(directory);
        string[] faults =
            [.. result.Faults.Select(f => f.ToString()), .. result.Model is null ? [] : TwinCatalogue.Faults(result.Model, detectors)];
        foreach (string fault in faults)
        {
            Console.Error.WriteLine(fault);
        }

        if (result.Model is null || faults.Length > 0)
        {
            Console.Error.WriteLine($"The plant model in {directory} has {faults.Length} faults; the silo does not start.");
            return false;
        }

        builder.Services.AddSingleton(result.Model);
        return true;
    }

    /// <summary>Null when they cannot be used, which has then been said.</summary>
    private static DetectorLibrary? Detectors(SiloOptions options)
    {
        try
        {
            return options.DetectorDirectory is { } folder ? DetectorLibrary.Load(folder) : DetectorLibrary.Empty;
        }
        catch (DetectorLibraryException e)
        {
            Console.Error.WriteLine($"{e.Message} The silo does not start.");
            return null;
        }
    }

    internal static SiloOptions Options(this WebApplicationBuilder builder) =>
        builder.Configuration.GetSection(SiloOptions.Section).Get<SiloOptions>() ?? new SiloOptions();
}
