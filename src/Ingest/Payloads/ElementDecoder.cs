using System.Text;
using Millwright.Ingest.Payloads.Json;
using Millwright.Ingest.Payloads.Routing;
using Millwright.Plant.Rules;
using Millwright.Telemetry;

namespace Millwright.Ingest.Payloads;

/// <summary>One element of a message: its asset, time, quality and values.</summary>
internal ref struct ElementDecoder(JsonView view, Route route, DecoderParts parts, DecodeScratch scratch, long ingestTicks)
{
    private readonly JsonView view = view;
    private readonly CompiledRule rule = route.Rule!;
    private ValueDecoder values = new(view, route.Rule!, parts, scratch);
    private AssetRef asset = null!;
    private UnitStep? step;
    private string? source;
    private long eventTime;
    private SampleQuality quality;
    private bool isHistorical;
    private bool isBareMap;

    /// <summary>Of the last refusal.</summary>
    public string Detail { get; private set; } = "";

    /// <summary>Nulls so far.</summary>
    public readonly int Missing => values.Missing;

    /// <summary>Null when taken; else the reason code, and nothing of the element is kept.</summary>
    public string? Decode(int cell, AssetRef? givenAsset)
    {
        int first = scratch.SampleCount;
        string? code = Judge(cell, givenAsset) ?? Values(cell);
        if (code is not null)
        {
            scratch.SampleCount = first;
            return code;
        }

        if (scratch.SampleCount == first)
        {
            return null;
        }

        ref DecodeScratch.PendingElement pending = ref scratch.AddElement();
        pending = new DecodeScratch.PendingElement
        {
            Asset = asset, Step = step, Source = source, EventTime = eventTime, Quality = quality, IsHistorical = isHistorical,
            First = first, Count = scratch.SampleCount - first,
        };
        return null;
    }

    /// <summary>The asset that a gateway's member names.</summary>
    public readonly AssetRef DeviceOf(int name)
    {
        Span<byte> id = scratch.Name;
        int length = Encoding.UTF8.GetBytes(parts.DeviceNamespace, id);
        id[length++] = (byte)':';
        ReadOnlySpan<byte> device = view.Text(name);
        if (device.Length > id.Length - length)
        {
            return new AssetRef { Id = "", RejectCode = DecodeReasons.AssetInvalid };
        }

        device.CopyTo(id[length..]);
        return parts.Assets.Resolve(id[..(length + device.Length)]);
    }

    private string? Judge(int cell, AssetRef? givenAsset)
    {
        isBareMap = false;
        if (view.Kind(cell) != JsonKind.Object && !ReferenceEquals(rule.Value, JsonPointer.Root))
        {
            return Fail(DecodeReasons.Shape, "a message is an object");
        }

        if (rule.MayBeBareMap)
        {
            int wrapped = view.Evaluate(cell, rule.Values!);
            isBareMap = wrapped < 0 || view.Kind(wrapped) != JsonKind.Object || view.Evaluate(cell, rule.Time!) < 0;
        }

        values.ForgetUsed();
        return Asset(cell, givenAsset) ?? Time(cell) ?? Quality(cell) ?? Historical(cell) ?? Step(cell) ?? Source(cell);
    }

    private string? Asset(int cell, AssetRef? givenAsset)
    {
        AssetRef? found = givenAsset ?? route.Asset;
        if (found is null)
        {
            int length = Compose(cell, route.AssetTemplate!);
            if (length < 0)
            {
                return Fail(DecodeReasons.AssetMissing, "the payload does not name its asset");
            }

            found = parts.Assets.Resolve(scratch.Name.AsSpan(0, length));
        }

        asset = found;
        values.Start(found);
        return found.RejectCode is null ? null : Fail(found.RejectCode, $"asset '{found.Id}'");
    }

    private string? Time(int cell)
    {
        eventTime = ingestTicks;
        if (rule.Time is null || isBareMap)
        {
            return null;
        }

        int time = Find(cell, rule.Time);
        if (time < 0 || view.Kind(time) == JsonKind.Null)
        {
            return rule.IsLenient ? null : Fail(DecodeReasons.TimeMissing, $"no time at {rule.Time.Text}");
        }

        string? code = EventTimeText.Parse(view, time, rule.TimeFormat, out eventTime);
        if (code is null && eventTime - ingestTicks > asset.MaxClockSkewTicks)
        {
            // Kept where someone sees it: a twin could only count it, and a clock that is wrong by a day needs a person.
            return Fail(DecodeReasons.FutureTimestamp, $"time at {rule.Time.Text}: {Excerpt(time)} is ahead of its arrival");
        }

        return code is null ? null : Fail(code, $"time at {rule.Time.Text}: {Excerpt(time)}");
    }

    private string? Quality(int cell)
    {
        quality = SampleQuality.Good;
        int found = rule.Quality is null ? -1 : Find(cell, rule.Quality);
        return found < 0 || QualityCode.TryParse(view, found, out quality)
            ? null
            : Fail(DecodeReasons.QualityInvalid, $"quality at {rule.Quality!.Text}: {Excerpt(found)}");
    }

    private string? Historical(int cell)
    {
        isHistorical = false;
        int found = rule.Historical is null ? -1 : Find(cell, rule.Historical);
        if (found < 0)
        {
            return null;
        }

        isHistorical = view.Kind(found) == JsonKind.True;
        return view.Kind(found) is JsonKind.True or JsonKind.False or JsonKind.Null
            ? null
            : Fail(DecodeReasons.HistoricalInvalid, $"historical is true or false, not {Excerpt(found)}");
    }

    private string? Step(int cell)
    {
        step = null;
        if (route.Unit is null)
        {
            return null;
        }

        int length = Compose(cell, route.Unit);
        if (length <= 0)
        {
            return rule.IsLenient && length < 0 ? null : Fail(DecodeReasons.UnitMissing, "the payload does not name its unit");
        }

        string? unit = NameOf(length);
        if (unit is null)
        {
            return Fail(DecodeReasons.UnitInvalid, $"a unit's id has 1 to {DecodeLimits.MaxName} printable characters");
        }

        length = Compose(cell, route.Step!);
        if (length <= 0)
        {
            return Fail(DecodeReasons.StepMissing, "the payload names a unit without its step");
        }

        string? name = NameOf(length);
        if (name is null)
        {
            return Fail(DecodeReasons.StepInvalid, $"a step's name has 1 to {DecodeLimits.MaxName} printable characters");
        }

        step = new UnitStep { UnitId = unit, Step = name };
        return null;
    }

    private string? Source(int cell)
    {
        source = route.Source;
        if (route.SourceTemplate is null)
        {
            return null;
        }

        // Without a name the listener stands for the source: nobody has to name itself.
        int length = Compose(cell, route.SourceTemplate);
        source = length <= 0 ? null : parts.Metrics.Name(scratch.Name.AsSpan(0, length));
        return length <= 0 || source is not null
            ? null
            : Fail(DecodeReasons.SourceInvalid, $"a source's name has 1 to {DecodeLimits.MaxName} printable characters");
    }

    private string? Values(int cell)
    {
        string? code = rule.Value is not null ? SingleValue(cell)
            : rule.Values is not null ? ObjectOfValues(cell)
            : Fields(cell);
        code ??= values.FinishBlocks();
        Detail = code is null || values.Detail.Length == 0 ? Detail : values.Detail;
        return code;
    }

    private string? SingleValue(int cell)
    {
        int value = Find(cell, rule.Value!);
        if (value < 0)
        {
            return Fail(DecodeReasons.ValueMissing, $"no value at {rule.Value!.Text}");
        }

        string? metric = route.Metric;
        if (metric is null)
        {
            int length = Compose(cell, route.MetricTemplate!);
            if (length <= 0)
            {
                return Fail(DecodeReasons.MetricMissing, "the payload does not name the metric");
            }

            metric = parts.Metrics.Name(scratch.Name.AsSpan(0, length));
            if (metric is null)
            {
                return Fail(DecodeReasons.MetricInvalid, $"a metric's name has 1 to {DecodeLimits.MaxName} printable characters");
            }
        }

        return values.Add(metric, value);
    }

    private string? ObjectOfValues(int cell)
    {
        int found = isBareMap ? cell : Find(cell, rule.Values!);
        int blocks = rule.Blocks is null || parts.Analyst is null ? -1 : Find(cell, rule.Blocks);
        if (blocks >= 0)
        {
            string? code = values.AddBlocks(blocks);
            if (code is not null || found < 0)
            {
                return code;
            }
        }

        if (found < 0)
        {
            return Fail(DecodeReasons.ValueMissing, $"no values at {rule.Values!.Text}");
        }

        return view.Kind(found) == JsonKind.Object ? values.AddMembers(found, 0)
            : Fail(DecodeReasons.ValueType, "the values are no object");
    }

    private string? Fields(int cell)
    {
        bool isAny = false;
        foreach ((string metric, JsonPointer pointer) in rule.Fields)
        {
            int value = Find(cell, pointer);
            if (value < 0)
            {
                continue;
            }

            isAny = true;
            string? code = values.Add(metric, value);
            if (code is not null)
            {
                return code;
            }
        }

        return isAny ? null : Fail(DecodeReasons.ValueMissing, "none of the rule's fields is there");
    }

    /// <summary>In the element; if not there, and elements come from inside the message, in the message around them.</summary>
    private int Find(int cell, JsonPointer pointer)
    {
        int found = view.Evaluate(cell, pointer);
        if (found < 0 && rule.Items is not null)
        {
            found = view.Evaluate(0, pointer);
        }

        values.MarkUsed(found);
        return found;
    }

    /// <summary>Bytes composed into the scratch; -1 when something the template needs is missing or no text.</summary>
    private int Compose(int cell, TextTemplate template)
    {
        int length = 0;
        foreach (TextTemplate.Part part in template.Parts)
        {
            if (part.Literal is { } literal)
            {
                if (!Encoding.UTF8.TryGetBytes(literal, scratch.Name.AsSpan(length), out int written))
                {
                    return -1;
                }

                length += written;
                continue;
            }

            int found = Find(cell, part.Pointer!);
            if (found < 0 || view.Kind(found) is not (JsonKind.Text or JsonKind.Number))
            {
                return -1;
            }

            ReadOnlySpan<byte> text = view.Text(found);
            if (text.Length == 0 || text.Length > scratch.Name.Length - length)
            {
                return -1;
            }

            text.CopyTo(scratch.Name.AsSpan(length));
            length += text.Length;
        }

        return length;
    }

    // Serial numbers come once and are not remembered, so that they push nothing out of the tables.
    private readonly string? NameOf(int length)
    {
        string name = Encoding.UTF8.GetString(scratch.Name.AsSpan(0, length));
        return name.Length <= DecodeLimits.MaxName && !name.Any(char.IsControl) ? name : null;
    }

    private string Fail(string code, string detail)
    {
        Detail = detail;
        return code;
    }

    private readonly string Excerpt(int cell) => view.Kind(cell) switch
    {
        JsonKind.Object => "an object",
        JsonKind.Array => "an array",
        _ => $"'{Encoding.UTF8.GetString(view.Text(cell)[..Math.Min(64, view.Text(cell).Length)])}'",
    };
}
