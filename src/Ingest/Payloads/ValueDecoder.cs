using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Millwright.Ingest.Payloads.Blocks;
using Millwright.Ingest.Payloads.Json;
using Millwright.Ingest.Payloads.Routing;

namespace Millwright.Ingest.Payloads;

/// <summary>
/// Turns JSON values into samples: numbers, booleans as 0 and 1, text, nested objects by dotted names, arrays of numbers as block
/// metrics.
/// </summary>
internal ref struct ValueDecoder(JsonView view, CompiledRule rule, DecoderParts parts, DecodeScratch scratch)
{
    private static readonly SearchValues<byte> NumberBytes = SearchValues.Create("0123456789+-.eE"u8);

    private readonly JsonView view = view;
    private BlockDecoder blocks = new(view, parts, scratch);
    private int missing;
    private UsedCells used;
    private int usedCount;

    public AssetRef Asset { get; private set; } = null!;

    public readonly int Missing => missing;

    public string Detail { get; private set; } = "";

    /// <summary>Before each element.</summary>
    public void Start(AssetRef asset)
    {
        Asset = asset;
        Detail = "";
        blocks.Start();
    }

    /// <summary>The element's blocks, beside its values: what the model does not know is a vibration without bands.</summary>
    public string? AddBlocks(int container)
    {
        if (view.Kind(container) != JsonKind.Object)
        {
            return Fail(DecodeReasons.ValueType, "the blocks are no object");
        }

        int end = view.Tape[container].Next;
        for (int name = container + 1; name < end; name = view.Tape[name].Next)
        {
            string? metric = NameOf(view.Text(name));
            string? code = metric is null
                ? Fail(DecodeReasons.MetricInvalid, $"a block's name has 1 to {DecodeLimits.MaxName} printable characters")
                : AnglesOf(metric, name + 1) is >= 0 and var angles ? AddBlock(metric, angles)
                : Of(blocks.Add(Asset, metric, name + 1));
            if (code is not null)
            {
                return code;
            }
        }

        return null;
    }

    /// <summary>After each element's values.</summary>
    public string? FinishBlocks() => scratch.Blocks.Count == 0 ? null : Of(blocks.Finish(ref missing));

    public void ForgetUsed() => usedCount = 0;

    /// <summary>
    /// A cell that a pointer of the rule has read (time, quality, id) is no metric when the values are the message itself.
    /// </summary>
    public void MarkUsed(int cell)
    {
        if (cell >= 0 && usedCount < UsedCells.Capacity)
        {
            used[usedCount++] = cell;
        }
    }

    /// <param name="prefix">Bytes of the outer names in the scratch, without a trailing dot.</param>
    public string? AddMembers(int container, int prefix)
    {
        int end = view.Tape[container].Next;
        for (int name = container + 1; name < end; name = view.Tape[name].Next)
        {
            if (IsIgnored(name, prefix))
            {
                continue;
            }

            string? code = AddMember(name, prefix);
            if (code is not null)
            {
                return code;
            }
        }

        return null;
    }

    public string? Add(string metric, int cell)
    {
        switch (view.Kind(cell))
        {
            case JsonKind.Number:
                return AddNumber(metric, cell);
            case JsonKind.True:
                return Add(metric, 1, null);
            case JsonKind.False:
                return Add(metric, 0, null);
            case JsonKind.Null:
                missing++;
                return null;
            case JsonKind.Text:
                return AddText(metric, view.Text(cell));
            case JsonKind.Array or JsonKind.Object when BlockDecoder.IsBlock(Asset, metric):
                return Of(blocks.Add(Asset, metric, cell));
            case JsonKind.Array:
                return AddBlock(metric, cell);
            case JsonKind.Object when AnglesOf(metric, cell) is >= 0 and var angles:
                return AddBlock(metric, angles);
            default:
                return Fail(DecodeReasons.ValueType, $"'{metric}' is an object");
        }
    }

    private string? AddMember(int name, int prefix)
    {
        ReadOnlySpan<byte> text = view.Text(name);
        if (prefix == 0 && view.Kind(name + 1) != JsonKind.Object)
        {
            return AddNamed(text, name + 1);
        }

        // The dotted name grows in the scratch; a sibling overwrites what comes after the prefix.
        Span<byte> composed = scratch.Name;
        int start = prefix == 0 ? 0 : prefix + 1;
        if (text.Length > composed.Length - start - 1)
        {
            return Fail(DecodeReasons.MetricInvalid, "a nested name is too long");
        }

        if (prefix > 0)
        {
            composed[prefix] = (byte)'.';
        }

        text.CopyTo(composed[start..]);
        int length = start + text.Length;
        if (Asset.Blocks is not null && NameOf(composed[..length]) is { } metric
            && (BlockDecoder.IsBlock(Asset, metric) || AnglesOf(metric, name + 1) >= 0))
        {
            return AddNamed(composed[..length], name + 1);
        }

        return view.Kind(name + 1) == JsonKind.Object && length > 0
            ? AddMembers(name + 1, length)
            : AddNamed(composed[..length], name + 1);
    }

    private string? AddNamed(ReadOnlySpan<byte> name, int value)
    {
        return NameOf(name) is { } metric
            ? Add(metric, value)
            : Fail(DecodeReasons.MetricInvalid, $"a metric's name has 1 to {DecodeLimits.MaxName} printable characters");
    }

    /// <summary>The metric of a member: its name, or what the rule renames it to. Null when it is no name.</summary>
    private readonly string? NameOf(ReadOnlySpan<byte> name)
    {
        string? metric = parts.Metrics.Name(name);
        return metric is not null && rule.Rename is not null && rule.Rename.TryGetValue(metric, out string? renamed) ? renamed : metric;
    }

    /// <summary>
    /// The array of a metric that a curve has its angles from, bare or in the form of a block; -1 when it is no such thing.
    /// </summary>
    private readonly int AnglesOf(string metric, int cell)
    {
        if (Asset.Companions is null || !Asset.Companions.Contains(metric) || BlockDecoder.IsBlock(Asset, metric))
        {
            return -1;
        }

        int values = view.Kind(cell) == JsonKind.Object ? view.Member(cell, "values"u8) : cell;
        return values >= 0 && view.Kind(values) == JsonKind.Array ? values : -1;
    }

    private string? AddNumber(string metric, int cell)
    {
        ReadOnlySpan<byte> digits = view.Text(cell);
        if (!NumberText.TryDouble(digits, out double number))
        {
            return Fail(DecodeReasons.NumberRange, $"'{metric}' is beyond a double");
        }

        return Asset.TextMetrics is not null && Asset.TextMetrics.Contains(metric)
            ? Add(metric, double.NaN, parts.Texts.Text(digits))
            : Add(metric, number, null);
    }

    private string? AddText(string metric, ReadOnlySpan<byte> text)
    {
        if (Asset.NumberMetrics is not null && Asset.NumberMetrics.Contains(metric))
        {
            return AddQuotedNumber(metric, text);
        }

        if (text.Length > DecodeLimits.MaxText)
        {
            return Fail(DecodeReasons.TextTooLong, $"'{metric}' has {text.Length} bytes; at most {DecodeLimits.MaxText}");
        }

        return Add(metric, double.NaN, parts.Texts.Text(text));
    }

    // Many gateways quote numbers. Only a metric that the model calls a number is read so; elsewhere text stays text.
    private string? AddQuotedNumber(string metric, ReadOnlySpan<byte> text)
    {
        if (text.Length == 0 || Ascii.EqualsIgnoreCase(text, "nan"u8) || Ascii.EqualsIgnoreCase(text, "null"u8))
        {
            missing++;
            return null;
        }

        if (Ascii.EqualsIgnoreCase(text, "true"u8) || Ascii.EqualsIgnoreCase(text, "false"u8))
        {
            return Add(metric, text.Length == 4 ? 1 : 0, null);
        }

        // Only JSON's own spelling: no "Infinity", no thousands' separators, no blanks.
        bool isNumber = text.Length <= 64 && !text.ContainsAnyExcept(NumberBytes)
            && double.TryParse(text, CultureInfo.InvariantCulture, out _);
        if (!isNumber)
        {
            return Fail(DecodeReasons.ValueType, $"'{metric}' is a number in the model, but the payload has text");
        }

        return NumberText.TryDouble(text, out double number)
            ? Add(metric, number, null)
            : Fail(DecodeReasons.NumberRange, $"'{metric}' is beyond a double");
    }

    // A block of a fast signal (a vibration waveform) would be thousands of samples with one time; its shape goes on as three metrics.
    private string? AddBlock(string metric, int cell)
    {
        if (Asset.Companions is not null && Asset.Companions.Contains(metric) && scratch.Companions.Count < DecodeLimits.MaxBlocks)
        {
            scratch.Companions.Add((metric, cell));
        }

        if (view.Tape[cell].Length == 0)
        {
            missing++;
            return null;
        }

        double maximum = double.NegativeInfinity;
        double sum = 0;
        double last = 0;
        int end = view.Tape[cell].Next;
        for (int item = cell + 1; item < end; item = view.Tape[item].Next)
        {
            if (view.Kind(item) != JsonKind.Number)
            {
                return Fail(DecodeReasons.ValueType, $"'{metric}' is an array, but not of numbers");
            }

            if (!NumberText.TryDouble(view.Text(item), out last))
            {
                return Fail(DecodeReasons.NumberRange, $"'{metric}' has a number beyond a double");
            }

            maximum = Math.Max(maximum, last);
            sum += last;
        }

        double mean = sum / view.Tape[cell].Length;
        return !double.IsFinite(mean)
            ? Fail(DecodeReasons.NumberRange, $"the mean of '{metric}' is beyond a double")
            : AddDerived(metric, ".max"u8, maximum) ?? AddDerived(metric, ".mean"u8, mean) ?? AddDerived(metric, ".last"u8, last);
    }

    private string? AddDerived(string metric, ReadOnlySpan<byte> suffix, double value)
    {
        Span<byte> name = stackalloc byte[(DecodeLimits.MaxName * 4) + 8];
        int length = Encoding.UTF8.GetBytes(metric, name);
        suffix.CopyTo(name[length..]);
        string? derived = parts.Metrics.Name(name[..(length + suffix.Length)]);
        return derived is null ? Fail(DecodeReasons.MetricInvalid, $"'{metric}' with a suffix is too long") : Add(derived, value, null);
    }

    private string? Add(string metric, double value, string? text) => scratch.TryAdd(metric, value, text)
        ? null
        : Fail(DecodeReasons.JsonSize, $"more than {DecodeLimits.MaxSamples} samples");

    private readonly bool IsIgnored(int name, int prefix)
    {
        for (int i = 0; i < usedCount; i++)
        {
            if (used[i] == name + 1)
            {
                return true;
            }
        }

        if (prefix == 0)
        {
            foreach (ReadOnlyMemory<byte> ignored in rule.Ignore)
            {
                if (view.Text(name).SequenceEqual(ignored.Span))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private string? Of(string? code)
    {
        Detail = code is null ? Detail : blocks.Detail;
        return code;
    }

    private string Fail(string code, string detail)
    {
        Detail = detail;
        return code;
    }

    [InlineArray(Capacity)]
    private struct UsedCells
    {
        public const int Capacity = 12;

        private int first;
    }
}
