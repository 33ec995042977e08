using System.Collections.Immutable;
using Millwright.Telemetry;
using Orleans;
using Orleans.Concurrency;

namespace Millwright.Twins;

/// <summary>The digital twin of one asset. Key: asset id (<c>namespace:name</c>).</summary>
[Alias("millwright.IAssetTwinGrain")]
public interface IAssetTwinGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes a batch once: positions seen before are skipped. Positions per log must not go back below what was answered.
    /// </summary>
    [Alias("Observe")]
    ValueTask<ObserveResult> ObserveAsync(TelemetryBatch batch);

    [Alias("Get"), ReadOnly]
    ValueTask<TwinState> GetAsync();

    /// <summary>Raw samples of one metric that are not yet in the store's history blocks, ascending by event time.</summary>
    [Alias("GetRecentHistory"), ReadOnly]
    ValueTask<ImmutableArray<HistoryPoint>> GetRecentHistoryAsync(string metric);

    /// <summary>Windows closed but not yet in the store, and the open ones.</summary>
    [Alias("GetRecentWindows"), ReadOnly]
    ValueTask<ImmutableArray<WindowResult>> GetRecentWindowsAsync();

    /// <summary>Where its components are going, in the order of the model; one that was not judged yet is absent.</summary>
    [Alias("GetForecasts"), ReadOnly]
    ValueTask<ImmutableArray<AssetForecast>> GetForecastsAsync();

    /// <summary>What each detector made of the newest that it judged: why there is an alert, and why there is none.</summary>
    [Alias("GetDecisions"), ReadOnly]
    ValueTask<TwinDecisions> GetDecisionsAsync();

    /// <summary>All detectors, shadows too.</summary>
    [Alias("GetDetectors"), ReadOnly]
    ValueTask<TwinDetectors> GetDetectorsAsync();

    /// <summary>Changes a detector while the asset runs; when it answers, the change is durable and every replay makes it too.</summary>
    [Alias("ChangeDetector")]
    ValueTask<DetectorResult> ChangeDetectorAsync(DetectorCommand command);

    /// <summary>Writes a checkpoint now. For shutdown drills and tests; a twin does so by itself.</summary>
    [Alias("Checkpoint")]
    ValueTask CheckpointAsync();
}
