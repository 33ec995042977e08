using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Millwright.Ingest.Feed;

/// <summary>Says loudly what was lost: in the log of events, in a metric, and in the status, where the last ones stay.</summary>
internal sealed partial class GapBook(string logId, FeedRuntime runtime)
{
    public const int MaxKept = 50;

    private readonly ILogger logger = runtime.Logger;
    private readonly Queue<FeedGap> kept = new();

    public long Count { get; private set; }

    /// <summary>Newest last.</summary>
    public ImmutableArray<FeedGap> Kept => [.. kept];

    public void Add(string? assetId, long from, long to, string detail)
    {
        Count++;
        kept.Enqueue(new FeedGap
        {
            AssetId = assetId,
            LogId = logId,
            From = from,
            To = to,
            FoundAt = runtime.Time.GetUtcNow(),
            Detail = detail,
        });
        if (kept.Count > MaxKept)
        {
            kept.Dequeue();
        }

        runtime.Instruments.Gaps.Add(1);
        LogGap(assetId ?? "*", logId, from, to, detail);
    }

    [LoggerMessage(1314, LogLevel.Error, "Records are missing: asset {AssetId}, log {LogId}, positions {From} to {To}. {Detail}")]
    private partial void LogGap(string assetId, string logId, long from, long to, string detail);
}
