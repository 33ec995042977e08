using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api.Detectors;

/// <summary>Reads detectors that come over HTTP.</summary>
internal sealed class DetectorDesk(TwinCatalogue catalogue, StoredTwins twins)
{
    private readonly DetectorLoader loader = catalogue.NewLoader();

    /// <summary>The asset as detectors are written against it, and its metric table; an asset that never sent anything has its
    /// model's.</summary>
    public async ValueTask<AssetUnderTest> AssetAsync(string assetId, CancellationToken cancellationToken)
    {
        ImmutableArray<TwinMetric> known = await twins.GetMetricsAsync(assetId, cancellationToken) ?? [];
        AssetDefinition asset = catalogue.Asset(assetId, known);
        return new AssetUnderTest(asset, known.IsEmpty ? [.. asset.Metrics.Select(m => new TwinMetric(m.Name, m.IsText))] : known);
    }

    /// <summary>JSON is YAML, so the plant's own reader takes it, with the same faults.</summary>
    /// <param name="id">The id when the text has none; null when it must.</param>
    public DetectorLoadResult Read(string detector, AssetUnderTest asset, string? id = null)
    {
        DetectorLoadResult read = loader.Load("body", detector, asset.Definition, id);
        if (read.Detector is not { } made || catalogue.Fault(asset.Definition, made) is not { } fault)
        {
            return read;
        }

        return new DetectorLoadResult(null, [new PlantFault
        {
            File = "body",
            Line = 0,
            Column = 0,
            Path = $"detectors.{made.Id}.metrics",
            Code = "plant.detector.invalid",
            Message = fault,
            Advice = "docs/detectors.md lists how many metrics each kind takes.",
        }]);
    }

    public static ProblemHttpResult Invalid(ImmutableArray<PlantFault> faults) => TypedResults.Problem(
        detail: $"{faults.Length} faults; `faults` names each with its path. The keys are those of docs/plant-model.md.",
        statusCode: StatusCodes.Status400BadRequest,
        title: "The detector is not valid.",
        type: "urn:millwright:problem:detector.invalid",
        extensions:
        [
            new("code", "detector.invalid"),
            new("faults", faults.Select(f => new { path = f.Path, line = f.Line, column = f.Column, code = f.Code, message = f.Message,
                advice = f.Advice }).ToArray()),
        ]);
}

/// <param name="Metrics">In the order in which samples of one instant are taken.</param>
internal sealed record AssetUnderTest(AssetDefinition Definition, ImmutableArray<TwinMetric> Metrics);
