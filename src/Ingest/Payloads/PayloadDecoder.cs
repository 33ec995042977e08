using System.Text.Unicode;
using Millwright.Ingest.Payloads.Blocks;
using Millwright.Ingest.Payloads.Json;
using Millwright.Ingest.Payloads.Routing;
using Millwright.Plant;

namespace Millwright.Ingest.Payloads;

/// <summary>
/// Decodes topics and payloads by one plant model; a changed model gets a new decoder. Safe for all connections at once. A known topic
/// with a payload of known names allocates nothing.
/// </summary>
public sealed class PayloadDecoder
{
    private readonly Router router;
    private readonly DecoderParts parts;

    /// <param name="model">The plant's.</param>
    /// <param name="analyst">Derives what the model asks for of blocks; without it a block is an array like others.</param>
    public PayloadDecoder(PlantModel model, IBlockAnalyst? analyst = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var assets = new AssetDirectory(model, hasBlocks: analyst is not null);
        parts = new DecoderParts(assets, new NameTable(DecodeLimits.MaxName), new NameTable(DecodeLimits.MaxText), model.DeviceNamespace)
        {
            Analyst = analyst,
        };
        router = new Router(model, assets, parts.Metrics);
    }

    /// <summary>How often the table of topics was full and started anew; growing fast, it says that topics are not stable names.</summary>
    public int RouteFlushes => router.Flushes;

    /// <summary>Whether a rule or a dialect knows the topic.</summary>
    public bool IsMapped(ReadOnlySpan<byte> topic) => router.Find(topic).Kind != RouteKind.Unmapped;

    /// <param name="topic">UTF-8.</param>
    /// <param name="payload">Not kept.</param>
    /// <param name="clientId">Who published it: the device on ThingsBoard's device topics.</param>
    /// <param name="ingestTime">The event time where the payload has none.</param>
    /// <param name="sink">Called before this returns, and only once all is judged.</param>
    public DecodeResult Decode(
        ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload, string clientId, DateTimeOffset ingestTime, IDecodeSink sink)
    {
        Route route = router.Find(topic);
        switch (route.Kind)
        {
            case RouteKind.Unmapped:
                return new DecodeResult(DecodeOutcome.Unmapped, 0, 0, 0, 0);

            // An empty payload clears a retained message: ordinary MQTT, and no sample is lost with it.
            case RouteKind.Notice:
            case var _ when payload.Length == 0:
                return new DecodeResult(DecodeOutcome.Empty, 0, 0, 0, 0);
        }

        if (payload.Length > DecodeLimits.MaxPayload)
        {
            return Reject(sink, DecodeReasons.TooLarge, $"{payload.Length} bytes; at most {DecodeLimits.MaxPayload}");
        }

        if (!Utf8.IsValid(payload))
        {
            return Reject(sink, DecodeReasons.Utf8Invalid, "the payload is no UTF-8");
        }

        if (payload.StartsWith("\uFEFF"u8))
        {
            payload = payload[3..];
        }

        DecodeScratch scratch = DecodeScratch.Current;
        scratch.Clear();
        var scanner = new JsonScanner(payload, scratch.Tape);
        string? fault = scanner.Scan();
        if (fault is not null)
        {
            return Reject(sink, fault, $"at byte {scanner.Position}");
        }

        AssetRef? client = route.Kind == RouteKind.Client ? parts.Assets.OfClient(clientId) : null;
        var message = new MessageDecoder(new JsonView(payload, scratch.Tape), route, parts, scratch, ingestTime.UtcTicks);
        return message.Decode(client, sink);
    }

    private static DecodeResult Reject(IDecodeSink sink, string code, string detail)
    {
        sink.Reject(code, detail);
        return new DecodeResult(DecodeOutcome.Rejected, 0, 0, 1, 0);
    }
}
