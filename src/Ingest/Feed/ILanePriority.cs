namespace Millwright.Ingest.Feed;

/// <summary>Which assets stay live under overload. Asked once per asset; the answer does not change while the feeder runs.</summary>
public interface ILanePriority
{
    /// <summary>False: nothing is kept free.</summary>
    bool HasSafety { get; }

    LaneClass ClassOf(string assetId);
}

/// <summary>Where nobody said what is critical, nothing is kept free.</summary>
public sealed class EqualPriority : ILanePriority
{
    public bool HasSafety => false;

    public LaneClass ClassOf(string assetId) => LaneClass.Ordinary;
}
