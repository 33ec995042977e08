using Millwright.Grains.Replay;

namespace Millwright.Cli.Backtest;

/// <summary>Where history is replayed.</summary>
internal interface IBacktestSource : IAsyncDisposable
{
    /// <summary>Ascending.</summary>
    Task<IReadOnlyList<string>> GetAssetIdsAsync(string pattern, CancellationToken cancellationToken);

    /// <summary>Throws <see cref="BacktestException"/> when the detector has faults or the span is too long.</summary>
    Task<BacktestReport> RunAsync(string assetId, BacktestPlan plan, CancellationToken cancellationToken);
}
