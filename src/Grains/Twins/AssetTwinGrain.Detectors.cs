using Microsoft.Extensions.Logging;
using Millwright.Plant;
using Millwright.Twins;

namespace Millwright.Grains.Twins;

/// <summary>
/// Detectors that are changed while the asset runs. A change begins behind the newest sample, so nothing that was judged is judged anew; it
/// is in both checkpoints, and synced, before anyone is told that it was made: neither damage to one of them nor a power cut takes it back.
/// </summary>
public sealed partial class AssetTwinGrain
{
    /// <summary>Notes that the files have overruled changes, kept for the listing.</summary>
    private const int MaxNotes = 8;

    private List<DetectorChange> changes = [];

    public ValueTask<TwinDetectors> GetDetectorsAsync() => ValueTask.FromResult(DetectorView.Of(blueprint, engine, changes));

    public async ValueTask<DetectorResult> ChangeDetectorAsync(DetectorCommand command)
    {
        DetectorRoster roster = blueprint.Rosters.Find(command.DetectorId) ?? new DetectorRoster([]);
        DetectorDefinition? definition = null;
        if (command.Kind == DetectorCommandKind.Shadow && (definition = Read(command)) is null)
        {
            return Refused("detector.invalid", "The definition has faults; a backtest lists them.");
        }

        switch (DetectorRules.Judge(command, roster, definition))
        {
            case { Code: { } code } refused:
                return Refused(code, refused.Message);
            case { IsDone: true }:
                // Done by a command that nobody was told of, perhaps because its sync failed.
                await RecordAsync(mustSurvive: true);
                return new DetectorResult { Twin = DetectorView.Of(blueprint, engine, changes) };
        }

        if (changes.Count >= DetectorChange.MaxKept)
        {
            return Refused("detector.changes.full", $"{changes.Count} changes are kept. Write what is live into the plant's files.");
        }

        await ChangeAsync(DetectorRules.Change(command, roster, definition) with
        {
            From = (engine.Newest ?? DateTimeOffset.MinValue).AddTicks(1),
            RecordedTime = time.GetUtcNow(),
        });
        return new DetectorResult { Twin = DetectorView.Of(blueprint, engine, changes) };
    }

    private async ValueTask ChangeAsync(DetectorChange change)
    {
        LogDetectorChanged(logger, blueprint.AssetId, change.DetectorId, change.Kind.ToString(), change.Version, change.From);
        try
        {
            changes.Add(change);
            Build(catalogue.For(blueprint.AssetId, TwinView.Metrics(engine), changes), CoreBytes());
            Withdraw();
        }
        catch (Exception fault)
        {
            Distrust(fault);
            throw;
        }

        revision++;
        isDirty = true;
        await RecordAsync();
        await RecordAsync(mustSurvive: true);
        await DeliverAsync();
        await PublishChangeAsync(time.GetUtcNow());
    }

    /// <summary>Null when it has faults.</summary>
    private DetectorDefinition? Read(DetectorCommand command)
    {
        AssetDefinition asset = catalogue.Asset(blueprint.AssetId, TwinView.Metrics(engine));
        DetectorLoadResult read = catalogue.NewLoader().Load(
            "body", command.Definition ?? "", asset, command.DetectorId);
        return read.Detector is { } detector && catalogue.Fault(asset, detector) is null
            ? detector with { IsShadow = true, Beside = command.DetectorId }
            : null;
    }

    /// <summary>After a restore: what the plant's files have overruled since is let go, and said.</summary>
    private void Overrule()
    {
        DetectorRosters rosters = blueprint.Rosters;
        changes = [.. rosters.Standing];
        foreach (IGrouping<string, DetectorChange> gone in rosters.Overruled.GroupBy(c => c.DetectorId))
        {
            LogDetectorOverruled(logger, blueprint.AssetId, gone.Key, gone.Count());
            changes.Add(gone.Last() with
            {
                Kind = DetectorChangeKind.Overruled,
                Definition = null,
                FileLive = null,
                FileShadow = null,
                From = (engine.Newest ?? DateTimeOffset.MinValue).AddTicks(1),
                RecordedTime = time.GetUtcNow(),
            });
            isDirty = true;
        }

        while (changes.Count(c => c.Kind == DetectorChangeKind.Overruled) > MaxNotes)
        {
            changes.RemoveAt(changes.FindIndex(c => c.Kind == DetectorChangeKind.Overruled));
        }
    }

    private static DetectorResult Refused(string code, string message) => new() { Code = code, Message = message };
}
