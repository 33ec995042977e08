using Millwright.Core.Peers;

namespace Millwright.Core.Detection;

/// <summary>A detector that, until it has learned what is normal for this asset, can judge by what is normal for its peers.</summary>
internal interface IAdoptsPriors
{
    /// <summary>Takes the figures for baselines of their state that are not learned yet; what is learned stays.</summary>
    /// <param name="indices">Of the figures' metrics in the asset's table; -1 for one that it does not have, or in another unit.</param>
    void Adopt(PriorFigures prior, ReadOnlySpan<int> indices);
}
