using Millwright.Ingest.Payloads.Json;
using Millwright.Ingest.Payloads.Routing;
using Millwright.Plant.Rules;

namespace Millwright.Ingest.Payloads;

/// <summary>
/// Walks one scanned message: its elements (one, or each of an array), their records into the scratch, then all of them to the sink. An
/// element is taken whole or not at all; the good elements of an array are kept when others are refused.
/// </summary>
internal ref struct MessageDecoder(JsonView view, Route route, DecoderParts parts, DecodeScratch scratch, long ingestTicks)
{
    private readonly JsonView view = view;
    private readonly Route route = route;
    private readonly CompiledRule rule = route.Rule!;
    private ElementDecoder element = new(view, route, parts, scratch, ingestTicks);
    private string? firstCode;
    private string firstDetail = "";
    private int seen;
    private int rejected;

    public DecodeResult Decode(AssetRef? clientAsset, IDecodeSink sink)
    {
        if (route.Kind == RouteKind.Gateway)
        {
            DecodeGateway();
        }
        else
        {
            DecodeElements(ItemsOf(0), clientAsset);
        }

        return Emit(sink);
    }

    private int ItemsOf(int root)
    {
        if (rule.Items is null)
        {
            return root;
        }

        int items = view.Evaluate(root, rule.Items);
        if (items < 0)
        {
            Refuse(DecodeReasons.ValueMissing, $"there is nothing at {rule.Items.Text}");
        }

        return items;
    }

    private void DecodeElements(int cell, AssetRef? asset)
    {
        if (cell < 0)
        {
            return;
        }

        bool isWholeMessage = ReferenceEquals(rule.Value, JsonPointer.Root) && rule.Items is null;
        if (view.Kind(cell) != JsonKind.Array || isWholeMessage)
        {
            DecodeElement(cell, asset);
            return;
        }

        int end = view.Tape[cell].Next;
        for (int item = cell + 1; item < end; item = view.Tape[item].Next)
        {
            DecodeElement(item, asset);
        }
    }

    private void DecodeElement(int cell, AssetRef? asset)
    {
        if (++seen > DecodeLimits.MaxElements)
        {
            if (seen == DecodeLimits.MaxElements + 1)
            {
                Refuse(DecodeReasons.JsonSize, $"more than {DecodeLimits.MaxElements} elements");
            }
            else
            {
                rejected++;
            }

            return;
        }

        string? code = element.Decode(cell, asset);
        if (code is not null)
        {
            Refuse(code, element.Detail);
        }
    }

    private void DecodeGateway()
    {
        if (view.Kind(0) != JsonKind.Object)
        {
            Refuse(DecodeReasons.Shape, "a gateway's message is an object of devices");
            return;
        }

        int end = view.Tape[0].Next;
        for (int name = 1; name < end; name = view.Tape[name].Next)
        {
            DecodeElements(name + 1, element.DeviceOf(name));
        }
    }

    private void Refuse(string code, string detail)
    {
        rejected++;
        if (firstCode is null)
        {
            firstCode = code;
            firstDetail = seen > 1 || view.Kind(0) == JsonKind.Array ? $"element {seen}: {detail}" : detail;
        }
    }

    private readonly DecodeResult Emit(IDecodeSink sink)
    {
        int records = scratch.ElementCount > 1 ? ChainByAsset() : scratch.ElementCount;
        for (int i = 0; i < scratch.ElementCount; i++)
        {
            if (!scratch.Element(i).IsFollower)
            {
                EmitRecord(i, sink);
            }
        }

        if (firstCode is not null)
        {
            sink.Reject(firstCode, rejected > 1 || records > 0 ? $"{firstDetail} ({rejected} of {seen} elements refused)" : firstDetail);
        }

        DecodeOutcome outcome = (firstCode is not null, records > 0) switch
        {
            (true, true) => DecodeOutcome.Partial,
            (true, false) => DecodeOutcome.Rejected,
            (false, true) => DecodeOutcome.Decoded,
            _ => DecodeOutcome.Empty,
        };
        return new DecodeResult(outcome, records, scratch.SampleCount, rejected, element.Missing);
    }

    // One record per asset, in the order in which the assets appear. A production step stays a record of its own: it says what belongs
    // together. A record is of one source.
    private readonly int ChainByAsset()
    {
        int records = 0;
        for (int i = 0; i < scratch.ElementCount; i++)
        {
            ref DecodeScratch.PendingElement pending = ref scratch.Element(i);
            if (pending.Step is not null || !scratch.LastOfAsset.TryGetValue(pending.Asset.Id, out int last)
                || scratch.Element(last).Source != pending.Source)
            {
                records++;
            }
            else
            {
                scratch.Element(last).Next = i;
                pending.IsFollower = true;
            }

            if (pending.Step is null)
            {
                scratch.LastOfAsset[pending.Asset.Id] = i;
            }
        }

        return records;
    }

    private readonly void EmitRecord(int first, IDecodeSink sink)
    {
        sink.Begin(scratch.Element(first).Asset.Id, scratch.Element(first).Step, scratch.Element(first).Source);
        int at = first;
        do
        {
            ref DecodeScratch.PendingElement pending = ref scratch.Element(at);
            for (int i = pending.First; i < pending.First + pending.Count; i++)
            {
                ref DecodeScratch.PendingSample sample = ref scratch.Sample(i);
                sink.Sample(sample.Metric, pending.EventTime, sample.Value, sample.Text, pending.Quality, pending.IsHistorical);
            }

            at = pending.Next;
        }
        while (at != 0);
        sink.End();
    }
}
