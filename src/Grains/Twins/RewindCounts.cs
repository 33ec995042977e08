using Millwright.Core.Twins;

namespace Millwright.Grains.Twins;

/// <summary>What late samples have cost one engine so far.</summary>
internal readonly record struct RewindCounts(long Doubts, long Rewinds, long Replayed, long SpansCut, long Unjudged)
{
    public static RewindCounts Of(TwinEngine engine) =>
        new(engine.Doubts, engine.Rewinds, engine.Replayed, engine.SpansCut, engine.Unjudged);
}
