using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Millwright.Plant;
using Millwright.Plant.Rules;

namespace Millwright.Ingest.Payloads.Routing;

/// <summary>A rule, parsed once. The dialects are such rules too.</summary>
internal sealed class CompiledRule
{
    public required string Id { get; init; }

    public required TopicPattern Topic { get; init; }

    public required TextTemplate Asset { get; init; }

    public TextTemplate? Metric { get; init; }

    public TextTemplate? Unit { get; init; }

    public TextTemplate? Step { get; init; }

    /// <summary>Of the gateway's name; null where messages have none.</summary>
    public TextTemplate? Source { get; init; }

    public JsonPointer? Items { get; init; }

    public JsonPointer? Time { get; init; }

    public TimeFormat TimeFormat { get; init; }

    public JsonPointer? Value { get; init; }

    public JsonPointer? Values { get; init; }

    /// <summary>Where a dialect has its blocks; a rule names its own by fields or values.</summary>
    public JsonPointer? Blocks { get; init; }

    public JsonPointer? Quality { get; init; }

    public JsonPointer? Historical { get; init; }

    public ImmutableArray<(string Metric, JsonPointer Pointer)> Fields { get; init; } = [];

    public ImmutableArray<ReadOnlyMemory<byte>> Ignore { get; init; } = [];

    public FrozenDictionary<string, string>? Rename { get; init; }

    /// <summary>A dialect's freedom: no time means now, no unit means ordinary telemetry.</summary>
    public bool IsLenient { get; init; }

    /// <summary>ThingsBoard's freedom: unless time and values are both there, the message itself is the values object, as of now.</summary>
    public bool MayBeBareMap { get; init; }

    public static CompiledRule From(TopicRule rule) => new()
    {
        Id = rule.Id,
        Topic = TopicPattern.TryParse(rule.Topic, out TopicPattern topic, out string fault) ? topic : throw Invalid(rule, fault),
        Asset = Template(rule, rule.Asset),
        Metric = rule.Metric.Length == 0 ? null : Template(rule, rule.Metric),
        Unit = rule.Unit.Length == 0 ? null : Template(rule, rule.Unit),
        Step = rule.Step.Length == 0 ? null : Template(rule, rule.Step),
        Source = rule.Source.Length == 0 ? null : Template(rule, rule.Source),
        Items = Pointer(rule, rule.Items),
        Time = Pointer(rule, rule.Time),
        TimeFormat = rule.TimeFormat,
        Value = rule.ValueIsRoot ? JsonPointer.Root : Pointer(rule, rule.Value),
        Values = rule.ValuesIsRoot ? JsonPointer.Root : Pointer(rule, rule.Values),
        Quality = Pointer(rule, rule.Quality),
        Historical = Pointer(rule, rule.Historical),
        Fields = [.. rule.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => (string.Intern(f.Key), Pointer(rule, f.Value)!))],
        Ignore = [.. rule.Ignore.Select(i => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(i))],
        Rename = rule.Rename.Count == 0 ? null : rule.Rename.ToFrozenDictionary(StringComparer.Ordinal),
    };

    private static TextTemplate Template(TopicRule rule, string text) =>
        TextTemplate.TryParse(text, out TextTemplate template, out string fault) ? template : throw Invalid(rule, fault);

    private static JsonPointer? Pointer(TopicRule rule, string text) => text.Length == 0
        ? null
        : JsonPointer.TryParse(text, out JsonPointer pointer, out string fault) ? pointer : throw Invalid(rule, fault);

    // The loader refuses such rules; only code that builds a model by hand can come here.
    private static ArgumentException Invalid(TopicRule rule, string fault) => new($"Rule '{rule.Id}': {fault}.");
}
