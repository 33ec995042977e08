using Millwright.Core.Twins;

namespace Millwright.Grains.Twins;

/// <summary>
/// What late samples have cost one engine so far, and how many counterfactuals held when they were tried or were dropped.
/// </summary>
internal readonly record struct RewindCounts(
    long Doubts, long Rewinds, long Replayed, long SpansCut, long Unjudged, long Held, long Dropped)
{
    public static RewindCounts Of(TwinEngine engine) =>
        new(
            engine.Doubts, engine.Rewinds, engine.Replayed, engine.SpansCut, engine.Unjudged, engine.CounterfactualsHeld,
            engine.CounterfactualsDropped);
}
