using Millwright.Detectors;
using Millwright.Grains.Twins;
using Millwright.Plant;

namespace Millwright.Cli;

/// <summary>What a silo that is stopped ran with: its plant model, and detectors of the operator's own.</summary>
internal static class SiloModel
{
    /// <param name="plantDirectory">Without it every asset is unmodelled.</param>
    /// <param name="detectorDirectory">Null for no detectors of one's own.</param>
    /// <returns>Null when something has faults, which have then been said.</returns>
    public static TwinCatalogue? Read(string plantDirectory, string? detectorDirectory, TextWriter error)
    {
        DetectorLibrary library;
        try
        {
            library = detectorDirectory is null ? DetectorLibrary.Empty : DetectorLibrary.Load(detectorDirectory);
        }
        catch (DetectorLibraryException e)
        {
            error.WriteLine(e.Message);
            return null;
        }

        if (!Directory.Exists(plantDirectory))
        {
            return new TwinCatalogue(PlantModel.Empty, library);
        }

        PlantLoadResult result = new PlantLoader(library.Validate).Load(plantDirectory);
        foreach (PlantFault fault in result.Faults)
        {
            error.WriteLine(fault);
        }

        return result.Model is { } model && result.Faults.IsEmpty ? new TwinCatalogue(model, library) : null;
    }
}
