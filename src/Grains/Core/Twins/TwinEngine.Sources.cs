using Millwright.Core.Watermarks;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>
/// Several sources for one asset: each has a clock, and the watermark is the least of those that are not idle (HOUSE-STYLE section 3).
/// </summary>
public sealed partial class TwinEngine
{
    /// <summary>Idle sources that had to make room for others.</summary>
    public long SourcesEvicted => sources.Evicted;

    /// <summary>A source that lags keeps samples waiting that would be judged if the newest were the only one.</summary>
    public bool IsHeldBack =>
        hasSources && buffer is { Count: > 0 } && newest != Ticks.None && watermark < Ticks.Add(newest, -disorder);

    /// <summary>
    /// Index of a source, for the samples that follow: until another name is asked for it stays the same. No name is nobody's: such
    /// samples move no clock, unless there is only one.
    /// </summary>
    public int SourceIndex(string name)
    {
        if (name.Length == 0)
        {
            return hasSources ? SourceClocks.Nobody : 0;
        }

        int index = sources.Find(name);
        if (index < 0)
        {
            index = sources.Add(name, OnlyClock());
            hasSources = sources.AreSeveral;
        }

        return index;
    }

    /// <summary>Appends how each source stands, in the order in which they were met.</summary>
    public void CollectSources(List<SourceStanding> standings)
    {
        for (int i = 0; i < sources.Count; i++)
        {
            SourceClocks.Clock clock = hasSources ? sources[i] : OnlyClock();
            bool isHeard = clock.Newest != Ticks.None;
            standings.Add(new SourceStanding(
                sources[i].Name,
                isHeard ? Ticks.ToInstant(clock.Newest) : null,
                isHeard ? TimeSpan.FromTicks(newest - clock.Newest) : TimeSpan.Zero,
                clock.IsIdle,
                sources.IsWaitedFor(clock, newest)));
        }
    }

    /// <summary>Of the only source: what the twin has.</summary>
    private SourceClocks.Clock OnlyClock() => new()
    {
        Newest = newest, ArrivedAt = arrivedAt, HeardSince = arrivedAt, IsSteady = true, IsIdle = IsIdle || newest == Ticks.None,
    };

    private long Hear(int source, long ticks, long ingest)
    {
        sources.Hear(source, ticks, ingest);
        return sources.Watermark(newest);
    }

    /// <summary>
    /// A live sample that is a repetition or too late says how far its source is all the same. Or a source that comes late to the others
    /// would never be waited for, and all that it sends would be dropped for ever.
    /// </summary>
    private void HearUntaken(in TwinSample sample, FateReason reason, TwinOutput output)
    {
        if (sample.Historical || reason is not (FateReason.Duplicate or FateReason.TooLate))
        {
            return;
        }

        long ticks = sample.EventTime.UtcTicks;
        newest = Math.Max(newest, ticks);
        MoveWatermark(Hear(sample.Source, ticks, sample.IngestTime.UtcTicks));
        Settle(output);
    }

    private bool RestSources(long now, TwinOutput output)
    {
        if (!sources.Rest(now))
        {
            return false;
        }

        if (newest != Ticks.None)
        {
            MoveWatermark(sources.Watermark(newest));
            Settle(output);
        }

        return true;
    }
}
