using Millwright.Ingest.Payloads.Json;
using Millwright.Ingest.Payloads.Routing;
using Millwright.Plant;

namespace Millwright.Ingest.Payloads.Blocks;

/// <summary>
/// Collects the blocks of one element, and derives their numbers once all is read. A block is an array of numbers at a metric that the
/// model
/// derives something from, or an object <c>{"rate":…,"values":[…]}</c> at such a metric or in the element's <c>blocks</c>.
/// </summary>
internal ref struct BlockDecoder(JsonView view, DecoderParts parts, DecodeScratch scratch)
{
    private readonly JsonView view = view;

    /// <summary>Of the last refusal.</summary>
    public string Detail { get; private set; } = "";

    public static bool IsBlock(AssetRef asset, string metric) => asset.Blocks is not null && asset.Blocks.ContainsKey(metric);

    public void Start()
    {
        scratch.Blocks.Clear();
        scratch.Companions.Clear();
    }

    public string? Add(AssetRef asset, string metric, int cell)
    {
        BlockDefinition? definition = asset.Blocks?.GetValueOrDefault(metric);
        if (definition is null)
        {
            definition = new BlockDefinition { Metric = metric }.Settled();
            if (definition.Names.Any(n => n.Length > DecodeLimits.MaxName))
            {
                return Fail(DecodeReasons.MetricInvalid, $"'{metric}' with an ending is too long");
            }
        }

        int values = cell;
        int rate = -1;
        if (view.Kind(cell) == JsonKind.Object)
        {
            values = view.Member(cell, "values"u8);
            rate = view.Member(cell, "rate"u8);
        }

        if (values < 0 || view.Kind(values) != JsonKind.Array)
        {
            return Fail(DecodeReasons.ValueType, $"'{metric}' is a block: an array of numbers, or an object with 'values' and 'rate'");
        }

        if (scratch.Blocks.Count >= DecodeLimits.MaxBlocks)
        {
            return Fail(DecodeReasons.JsonSize, $"more than {DecodeLimits.MaxBlocks} blocks");
        }

        scratch.Blocks.Add(new PendingBlock(definition, values, rate));
        return null;
    }

    /// <summary>Derives all blocks into samples, once the element is read.</summary>
    public string? Finish(ref int missing)
    {
        foreach (PendingBlock block in scratch.Blocks)
        {
            string? code = Derive(block, ref missing);
            if (code is not null)
            {
                return code;
            }
        }

        return null;
    }

    private string? Derive(PendingBlock block, ref int missing)
    {
        BlockDefinition definition = block.Definition;
        string? code = Numbers(definition.Metric, block.Values, ref scratch.BlockValues, out int count);
        if (code is not null)
        {
            return code;
        }

        double rate = 0;
        int angles = 0;
        code = definition.Kind == BlockKind.Curve ? Angles(definition, count, out angles) : Rate(block, out rate);
        if (code is not null)
        {
            return code;
        }

        double[] derived = parts.Analyst!.Derive(
            definition, new BlockSamples(scratch.BlockValues.AsSpan(0, count), rate, scratch.BlockAngles.AsSpan(0, angles)));
        for (int i = 0; i < derived.Length; i++)
        {
            if (double.IsNaN(derived[i]))
            {
                missing++;
            }
            else if (double.IsInfinity(derived[i]))
            {
                return Fail(DecodeReasons.NumberRange, $"'{definition.Names[i]}' is beyond a double");
            }
            else if (!scratch.TryAdd(definition.Names[i], derived[i], null))
            {
                return Fail(DecodeReasons.JsonSize, $"more than {DecodeLimits.MaxSamples} samples");
            }
        }

        return scratch.TryAdd(definition.VersionName, double.NaN, definition.Version)
            ? null : Fail(DecodeReasons.JsonSize, $"more than {DecodeLimits.MaxSamples} samples");
    }

    private string? Rate(PendingBlock block, out double rate)
    {
        rate = block.Definition.Rate ?? 0;
        bool isGiven = block.Rate >= 0 && view.Kind(block.Rate) != JsonKind.Null;
        if (isGiven && (view.Kind(block.Rate) != JsonKind.Number || !NumberText.TryDouble(view.Text(block.Rate), out rate)))
        {
            rate = 0;
        }

        return rate is >= DecodeLimits.MinBlockRate and <= DecodeLimits.MaxBlockRate
            ? null
            : Fail(DecodeReasons.BlockRate, $"'{block.Definition.Metric}' has no rate between {DecodeLimits.MinBlockRate} and "
                + $"{DecodeLimits.MaxBlockRate} samples per second");
    }

    private string? Angles(BlockDefinition definition, int count, out int angles)
    {
        angles = 0;
        foreach ((string metric, int cell) in scratch.Companions)
        {
            if (metric == definition.Angle)
            {
                string? code = Numbers(metric, cell, ref scratch.BlockAngles, out angles);
                return code ?? (angles == count
                    ? null
                    : Fail(DecodeReasons.BlockPair, $"'{definition.Metric}' has {count} values, '{metric}' {angles}"));
            }
        }

        return Fail(DecodeReasons.BlockPair, $"'{definition.Metric}' comes without '{definition.Angle}'");
    }

    private string? Numbers(string metric, int array, ref double[] target, out int count)
    {
        count = view.Tape[array].Length;
        if (count is < DecodeLimits.MinBlock or > DecodeLimits.MaxBlock)
        {
            return Fail(DecodeReasons.BlockSize, $"'{metric}' has {count} values; {DecodeLimits.MinBlock} to {DecodeLimits.MaxBlock}");
        }

        if (target.Length < count)
        {
            target = new double[count];
        }

        int item = array + 1;
        for (int i = 0; i < count; i++, item = view.Tape[item].Next)
        {
            if (view.Kind(item) != JsonKind.Number)
            {
                return Fail(DecodeReasons.ValueType, $"'{metric}' is an array, but not of numbers");
            }

            if (!NumberText.TryDouble(view.Text(item), out target[i]))
            {
                return Fail(DecodeReasons.NumberRange, $"'{metric}' has a number beyond a double");
            }
        }

        return null;
    }

    private string Fail(string code, string detail)
    {
        Detail = detail;
        return code;
    }
}
