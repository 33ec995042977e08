using Millwright.Plant;

namespace Millwright.Ingest.Payloads.Blocks;

/// <summary>A block of an element, to be derived when the element has been read: a curve needs two arrays, in any order.</summary>
/// <param name="Values">Cell of the array.</param>
/// <param name="Rate">Cell of the rate; -1 when the payload has none.</param>
internal readonly record struct PendingBlock(BlockDefinition Definition, int Values, int Rate);
