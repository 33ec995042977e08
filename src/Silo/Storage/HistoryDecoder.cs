using Millwright.Core.History;
using Millwright.Grains.Twins;
using Millwright.Twins;

namespace Millwright.Silo.Storage;

/// <summary>Unpacks history blocks with the core's codec.</summary>
internal sealed class HistoryDecoder : IHistoryDecoder
{
    public void Decode(HistoryBlock block, List<HistoryPoint> into)
    {
        foreach (RawSample sample in HistoryCodec.Decode(block.Data.Span))
        {
            into.Add(new HistoryPoint
            {
                EventTime = sample.EventTime,
                Value = sample.Value,
                Quality = sample.Quality,
                Text = sample.Text,
                Historical = sample.Historical,
            });
        }
    }
}
