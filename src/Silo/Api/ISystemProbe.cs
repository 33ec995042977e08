using Millwright.Ingest.Feed;

namespace Millwright.Silo.Api;

/// <summary>
/// What only the composition knows about the running silo; behind <c>GET /api/v1/system</c>. Cheap: it is asked once per request.
/// </summary>
public interface ISystemProbe
{
    SystemSnapshot Capture();

    /// <summary>How far one asset is behind; null when the feeder knows nothing of it.</summary>
    ValueTask<AssetLag?> LagAsync(string assetId, CancellationToken cancellationToken) => new((AssetLag?)null);
}

/// <summary>Figures are named as their metrics are, without unit suffix; every dictionary is bounded by the code that fills it.</summary>
public sealed record SystemSnapshot
{
    public required string Version { get; init; }

    /// <summary><c>Local</c> or <c>Orleans</c>.</summary>
    public required string Runtime { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Activations, calls, queue depths.</summary>
    public IReadOnlyDictionary<string, double> Silo { get; init; } = new Dictionary<string, double>();

    /// <summary>Per second, since the capture before this one (at least a second ago): messages, samples.</summary>
    public IReadOnlyDictionary<string, double> Rates { get; init; } = new Dictionary<string, double>();

    /// <summary>Head, tail and durable position, segments, bytes.</summary>
    public IReadOnlyDictionary<string, double> Log { get; init; } = new Dictionary<string, double>();

    /// <summary>Samples in before twins saw them, and quarantined messages: the other side of the sum of fates.</summary>
    public IReadOnlyDictionary<string, double> Ingest { get; init; } = new Dictionary<string, double>();

    /// <summary>Where the feeder stands, and who lags; null before its first round.</summary>
    public FeedStatus? Feed { get; init; }
}
