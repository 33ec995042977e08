using Millwright.Plant;

namespace Millwright.Ingest.Payloads.Blocks;

/// <summary>
/// Turns a block of values into the few numbers that are kept of it. The host brings it: what is derived is decided by the grains' core, so
/// that it is the same wherever a block comes from. Pure: the same block gives the same numbers.
/// </summary>
public interface IBlockAnalyst
{
    /// <summary>
    /// One number for each of the definition's names, in their order; NaN for one that the block does not have. The decoder has checked the
    /// block's length, rate and angles.
    /// </summary>
    double[] Derive(BlockDefinition definition, in BlockSamples block);
}
