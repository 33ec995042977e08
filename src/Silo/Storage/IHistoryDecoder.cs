using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>Unpacks history blocks for queries; the codec belongs to the core, the store only keeps its bytes.</summary>
public interface IHistoryDecoder
{
    /// <summary>Adds the block's samples, ascending by event time.</summary>
    void Decode(HistoryBlock block, List<HistoryPoint> into);
}
