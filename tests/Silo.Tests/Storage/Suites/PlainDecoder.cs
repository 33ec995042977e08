using System.Runtime.InteropServices;
using Millwright.Grains.Twins;
using Millwright.Silo.Storage;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>Blocks of bare numbers: seconds after the block's base, which are the values too. The real codec has its own tests.</summary>
internal sealed class PlainDecoder : IHistoryDecoder
{
    public static byte[] Encode(double[] seconds) => MemoryMarshal.AsBytes<double>(seconds).ToArray();

    public void Decode(HistoryBlock block, List<HistoryPoint> into)
    {
        double[] seconds = MemoryMarshal.Cast<byte, double>(block.Data.Span).ToArray();
        foreach (double second in seconds)
        {
            into.Add(new HistoryPoint
            {
                EventTime = block.First.AddSeconds(second - seconds[0]),
                Value = second,
                Quality = SampleQuality.Good,
            });
        }
    }
}
