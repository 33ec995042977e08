using Millwright.Ingest.Payloads.Blocks;
using Millwright.Ingest.Payloads.Routing;

namespace Millwright.Ingest.Payloads;

/// <summary>What all messages of a decoder share.</summary>
internal sealed record DecoderParts(AssetDirectory Assets, NameTable Metrics, NameTable Texts, string DeviceNamespace)
{
    /// <summary>Null: blocks are arrays like others.</summary>
    public IBlockAnalyst? Analyst { get; init; }
}
