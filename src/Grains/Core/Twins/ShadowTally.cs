using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Core.Twins;

/// <summary>
/// What a shadow would have told more and less than the live detector. An anomaly is counted when it ends, because until then the other may
/// still see it too. Bounded: counts, and the newest that made a difference.
/// </summary>
public sealed class ShadowTally
{
    /// <summary>Most findings kept; the oldest go first.</summary>
    public const int MaxKept = 32;

    private const byte Version = 2;
    private readonly List<ShadowFinding> kept = [];

    /// <summary>Of the shadow's anomalies: those that the live detector did not see.</summary>
    public long Gained { get; private set; }

    /// <summary>Of the live detector's anomalies: those that the shadow did not see.</summary>
    public long Lost { get; private set; }

    /// <summary>Of the shadow's anomalies: those that the live detector saw too.</summary>
    public long Common { get; private set; }

    /// <summary>The newest that have ended, oldest first.</summary>
    public IReadOnlyList<ShadowFinding> Kept => kept;

    internal void Count(ShadowFinding ended)
    {
        if (ended.IsLive && ended.IsCommon)
        {
            // The shadow's own is counted.
            return;
        }

        Lost += ended.IsLive ? 1 : 0;
        Common += !ended.IsLive && ended.IsCommon ? 1 : 0;
        Gained += !ended.IsLive && !ended.IsCommon ? 1 : 0;
        kept.Add(ended);
        if (kept.Count > MaxKept)
        {
            kept.RemoveAt(0);
        }
    }

    internal void Save(StateWriter writer)
    {
        writer.Byte(Version);
        writer.Int64(Gained);
        writer.Int64(Lost);
        writer.Int64(Common);
        writer.Int32(kept.Count);
        foreach (ShadowFinding finding in kept)
        {
            AnomalyState.Save(finding.Begun, writer);
            writer.Boolean(finding.IsLive);
            writer.Boolean(finding.IsCommon);
            writer.Boolean(finding.End is not null);
            writer.Instant(finding.End ?? default);
        }
    }

    internal static ShadowTally Restore(StateReader reader)
    {
        bool hasForecasts = reader.Version(Version) > 1;
        var tally = new ShadowTally { Gained = reader.Int64(), Lost = reader.Int64(), Common = reader.Int64() };
        for (int left = reader.Count(AnomalyState.MinSize); left > 0; left--)
        {
            Anomaly begun = AnomalyState.Restore(reader, hasForecasts);
            (bool isLive, bool isCommon, bool hasEnd, DateTimeOffset end) =
                (reader.Boolean(), reader.Boolean(), reader.Boolean(), reader.Instant());
            tally.kept.Add(new ShadowFinding(begun, isLive, hasEnd ? end : null, isCommon));
        }

        return tally;
    }
}
