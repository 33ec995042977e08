using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Plant;
using Millwright.Silo.Api.Requests;
using Millwright.Twins;
using Orleans;

namespace Millwright.Silo.Api.Detectors;

/// <summary>Reads detectors that come over HTTP.</summary>
internal sealed class DetectorDesk(TwinCatalogue catalogue, StoredTwins twins, IGrainFactory grains)
{
    private readonly DetectorLoader loader = catalogue.NewLoader();

    /// <summary>The text of a detector that a body gives either as JSON or as YAML; null when it does not, or in both ways.</summary>
    public static string? TextOf(JsonElement? detector, string? definition) =>
        detector is { ValueKind: JsonValueKind.Object } == definition is not null ? null : definition ?? detector!.Value.GetRawText();

    /// <summary>JSON is YAML, so the plant's own reader takes it, with the same faults.</summary>
    /// <param name="id">The id when the text has none; null when it must.</param>
    /// <returns>Also the asset's metric table; one that never sent anything has its model's.</returns>
    public async ValueTask<(DetectorLoadResult Read, ImmutableArray<TwinMetric> Metrics)> ReadAsync(
        string assetId, string detector, string? id, CancellationToken cancellationToken)
    {
        // The twin knows metrics that no checkpoint has yet; and what it has seen so far is then in the store, at one moment.
        await grains.GetGrain<IAssetTwinGrain>(assetId).CheckpointAsync();
        ImmutableArray<TwinMetric> known = await twins.GetMetricsAsync(assetId, cancellationToken) ?? [];
        AssetDefinition asset = catalogue.Asset(assetId, known);
        DetectorLoadResult read = loader.Load("body", detector, asset, id);
        string? fault = read.Detector is { } made ? catalogue.Fault(asset, made) : null;
        return (fault is null ? read : Refused(read.Detector!, fault),
            known.IsEmpty ? [.. asset.Metrics.Select(m => new TwinMetric(m.Name, m.IsText))] : known);
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

    private static DetectorLoadResult Refused(DetectorDefinition detector, string fault) => new(
        null,
        [new PlantFault
        {
            File = "body",
            Line = 0,
            Column = 0,
            Path = $"detectors.{detector.Id}.metrics",
            Code = "plant.detector.invalid",
            Message = fault,
            Advice = "docs/detectors.md lists how many metrics each kind takes.",
        }]);
}
