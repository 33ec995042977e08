using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Millwright.Core.Detection;
using Millwright.Core.Prognosis;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>The plant's fleet models, each read once, and what assets do with them.</summary>
internal sealed class FleetModels(PlantModel plant)
{
    private readonly ConcurrentDictionary<string, (FleetModel Model, string Hash)> read = new(StringComparer.Ordinal);

    /// <summary>What the plant model asks for and no fleet model can do; once per type of fault and asset.</summary>
    public IEnumerable<string> Faults()
    {
        foreach (AssetDefinition asset in plant.Assets.Values.OrderBy(a => a.Id.ToString(), StringComparer.Ordinal))
        {
            if (asset.Prognosis is { } prognosis && FaultOf(asset, prognosis) is { } fault)
            {
                yield return $"{asset.Id}: prognosis: {fault}";
            }
        }
    }

    /// <summary>Adds the detector of remaining life where the plant model names a fleet model.</summary>
    public static TwinBlueprint Complete(TwinBlueprint blueprint, AssetDefinition asset, FleetModels fleets)
    {
        if (asset.Prognosis is not { } prognosis)
        {
            return blueprint;
        }

        (FleetModel model, string hash) = fleets.Read(prognosis.Model);
        var identity = new DetectorIdentity(RemainingLifeDetector.Kind, RemainingLifeDetector.Kind, "1");
        ImmutableArray<int> columns = [.. Names(model).Select(name => asset.Metrics.ToList().FindIndex(m => m.Name == name))];
        var rule = new DetectorRule
        {
            Metrics = columns,

            // What it remembers of its unit is in the terms of this model: of its regimes and of its fleet's beginning.
            Parameters = hash,
            Create = () => new RemainingLifeDetector(identity, columns, model, prognosis.Warn),
        };
        return blueprint with { Definition = blueprint.Definition with { Detectors = [.. blueprint.Definition.Detectors, rule] } };
    }

    private string? FaultOf(AssetDefinition asset, PrognosisDefinition prognosis)
    {
        if (!plant.FleetModels.ContainsKey(prognosis.Model))
        {
            return $"there is no file '{prognosis.Model}' below the plant's folder; 'millwright train' makes it";
        }

        try
        {
            FleetModel model = Read(prognosis.Model).Model;
            string[] missing = [.. Names(model).Where(name => !asset.Metrics.Any(m => m.Name == name && !m.IsText))];
            return missing.Length > 0 ? $"the asset lacks the numeric metrics {string.Join(", ", missing)} of '{prognosis.Model}'"
                : !(prognosis.Warn <= model.Ceiling * RemainingLifeDetector.MostOfCeiling)
                    ? $"'warn' is {prognosis.Warn}, but '{prognosis.Model}' says nothing beyond {model.Ceiling} {model.Layout.Age}; " +
                        $"at most {RemainingLifeDetector.MostOfCeiling:P0} of that"
                : null;
        }
        catch (StateFormatException e)
        {
            return $"'{prognosis.Model}' is no whole fleet model: {e.Message}";
        }
    }

    private (FleetModel Model, string Hash) Read(string name) => read.GetOrAdd(
        name,
        key => (FleetModel.FromBytes(plant.FleetModels[key]), Convert.ToHexStringLower(SHA256.HashData(plant.FleetModels[key].Span))));

    private static IEnumerable<string> Names(FleetModel model) => [model.Layout.Age, .. model.Layout.Settings, .. model.Layout.Metrics];
}
