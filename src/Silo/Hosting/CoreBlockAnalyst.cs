using System.Collections.Concurrent;
using Millwright.Core.Quality.Curves;
using Millwright.Core.Vibration;
using Millwright.Ingest.Payloads.Blocks;
using Millwright.Plant;

namespace Millwright.Silo.Hosting;

/// <summary>The grains' core at the edge of ingest: which of its functions a block's definition asks for.</summary>
public sealed class CoreBlockAnalyst : IBlockAnalyst
{
    /// <summary>Transforms kept; a plant has few block lengths, and further ones are made anew each time.</summary>
    private const int MaxPlans = 16;

    private readonly ConcurrentDictionary<int, FourierTransform> plans = new();

    public double[] Derive(BlockDefinition definition, in BlockSamples block)
    {
        if (definition.Kind == BlockKind.Curve)
        {
            return CurveFeatures.Of(block.Values, block.Angles);
        }

        var profile = new VibrationProfile
        {
            Bands = [.. definition.Bands.Select(Band)],
            Carrier = definition.Carrier is { } carrier ? Band(carrier) : null,
            EnvelopeBands = [.. definition.EnvelopeBands.Select(Band)],
        };
        return VibrationAnalysis.Derive(profile, block.Values, block.Rate, profile.Count > 4 ? PlanFor(block.Values.Length) : null);
    }

    private static FrequencyBand Band(BlockBand band) => new(band.Low, band.High);

    private FourierTransform PlanFor(int length)
    {
        if (plans.TryGetValue(length, out FourierTransform? plan))
        {
            return plan;
        }

        plan = new FourierTransform(length);
        if (plans.Count < MaxPlans)
        {
            plans.TryAdd(length, plan);
        }

        return plan;
    }
}
