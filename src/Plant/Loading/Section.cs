using System.Collections.Frozen;
using System.Globalization;

namespace Millwright.Plant.Loading;

/// <summary>
/// Reads one mapping key by key; whatever does not fit is a fault at its place, and the fallback is returned so that reading goes on.
/// </summary>
internal sealed class Section
{
    private readonly Dictionary<string, YamlNode> members = new(StringComparer.Ordinal);
    private readonly FaultList faults;

    /// <param name="kind">Name in <see cref="KnownKeys"/>; null accepts any key.</param>
    public Section(YamlNode node, string path, string? kind, FaultList faults)
    {
        Node = node;
        Path = path;
        this.faults = faults;
        if (node.Kind != YamlKind.Mapping)
        {
            if (!node.IsNull)
            {
                Fault("plant.value.type", node, path, $"Expected a mapping, found {node.KindName}.",
                    "Write 'key: value' lines, indented below.");
            }

            return;
        }

        FrozenSet<string>? known = kind is null ? null : KnownKeys.All[kind];
        foreach ((YamlNode key, YamlNode value) in node.Members)
        {
            if (known is not null && !known.Contains(key.Value))
            {
                string advice = Suggestion.For(key.Value, known, Suggestion.Choices(known));
                Fault("plant.key.unknown", key, PathOf(key.Value), $"Unknown key '{key.Value}'.", advice);
            }
            else
            {
                members[key.Value] = value;
            }
        }
    }

    public YamlNode Node { get; }

    public string Path { get; }

    public FaultList Faults => faults;

    public string PathOf(string key) => Path.Length == 0 ? key : $"{Path}.{key}";

    /// <summary>Null when the key is not written.</summary>
    public YamlNode? Find(string key) => members.TryGetValue(key, out YamlNode? value) && !value.IsNull ? value : null;

    /// <summary>The key's place, or the section's when the key is not written.</summary>
    public YamlNode At(string key) => Find(key) ?? Node;

    public void Fault(string code, string key, string message, string advice = "") => Fault(code, At(key), PathOf(key), message, advice);

    public Section Child(string key, string? kind) => new(Find(key) ?? Empty(), PathOf(key), kind, faults);

    /// <summary>Members of the mapping at a key, in the order of the file.</summary>
    public IEnumerable<(string Name, YamlNode Value, string Path)> Entries(string key, int limit)
    {
        if (Find(key) is not { } node)
        {
            yield break;
        }

        if (node.Kind != YamlKind.Mapping)
        {
            Fault("plant.value.type", key, $"Expected a mapping by name, found {node.KindName}.",
                "Write one 'name:' per entry, with its keys indented below.");
            yield break;
        }

        if (node.Members.Count > limit)
        {
            Fault("plant.limit", key, $"{node.Members.Count} entries; at most {limit} are accepted.");
            yield break;
        }

        foreach ((YamlNode name, YamlNode value) in node.Members)
        {
            yield return (name.Value, value, $"{PathOf(key)}.{name.Value}");
        }
    }

    public string Text(string key, string fallback, int maxLength = 1_000)
    {
        if (Find(key) is not { } node)
        {
            return fallback;
        }

        if (node.Kind != YamlKind.Scalar)
        {
            Fault("plant.value.type", key, $"Expected text, found {node.KindName}.");
            return fallback;
        }

        if (node.Value.Length > maxLength)
        {
            Fault("plant.value.range", key, $"{node.Value.Length} characters; at most {maxLength} are accepted.");
            return fallback;
        }

        return node.Value;
    }

    public string Required(string key, string fallback, string advice)
    {
        string text = Text(key, fallback);
        if (text.Length == 0)
        {
            Fault("plant.key.missing", key, $"'{key}' is missing.", advice);
        }

        return text;
    }

    public string Choice(string key, string fallback, IReadOnlyCollection<string> choices)
    {
        string text = Text(key, fallback);
        if (text.Length > 0 && !choices.Contains(text))
        {
            Fault("plant.value.choice", key, $"'{text}' is not possible here.", Suggestion.For(text, choices, Suggestion.Choices(choices)));
            return fallback;
        }

        return text;
    }

    public double? Number(string key, double? fallback, double minimum = double.MinValue, double maximum = double.MaxValue)
    {
        if (Find(key) is not { } node)
        {
            return fallback;
        }

        if (!TryNumber(node, out double number))
        {
            Fault("plant.value.type", key, $"Expected a number, found {node.KindName}.", "Write it without unit and with a decimal point.");
            return fallback;
        }

        if (number < minimum || number > maximum)
        {
            Fault("plant.value.range", key, $"{node.Value} is out of range.",
                string.Create(CultureInfo.InvariantCulture, $"From {minimum} to {maximum}."));
            return fallback;
        }

        return number;
    }

    public int Integer(string key, int fallback, int minimum, int maximum)
    {
        double number = Number(key, fallback, minimum, maximum) ?? fallback;
        if (number != Math.Floor(number))
        {
            Fault("plant.value.type", key, $"{At(key).Value} is no whole number.");
            return fallback;
        }

        return (int)number;
    }

    public bool Flag(string key, bool fallback)
    {
        if (Find(key) is not { } node)
        {
            return fallback;
        }

        if (node.Kind == YamlKind.Scalar && !node.IsQuoted && node.Value is "true" or "false")
        {
            return node.Value == "true";
        }

        Fault("plant.value.type", key, $"Expected true or false, found {node.KindName}.");
        return fallback;
    }

    public TimeSpan? Duration(string key, TimeSpan? fallback, TimeSpan minimum, TimeSpan maximum)
    {
        if (Find(key) is not { } node)
        {
            return fallback;
        }

        if (node.Kind != YamlKind.Scalar || !DurationText.TryParse(node.Value, out TimeSpan duration))
        {
            Fault("plant.duration.invalid", key, $"Expected a duration, found {node.KindName}.", DurationText.Advice);
            return fallback;
        }

        if (duration < minimum || duration > maximum)
        {
            Fault("plant.value.range", key, $"{node.Value} is out of range.", $"From {minimum} to {maximum}.");
            return fallback;
        }

        return duration;
    }

    /// <summary>A list of texts, or a single text for a list of one.</summary>
    public IReadOnlyList<string> Texts(string key, IReadOnlyList<string> fallback)
    {
        if (Find(key) is not { } node)
        {
            return fallback;
        }

        if (node.Kind == YamlKind.Scalar)
        {
            return [node.Value];
        }

        if (node.Kind == YamlKind.Mapping || node.Items.Any(i => i.Kind != YamlKind.Scalar || i.IsNull))
        {
            Fault("plant.value.type", key, "Expected a list of names.", "Write [a, b] or one '- a' per line.");
            return fallback;
        }

        return [.. node.Items.Select(i => i.Value)];
    }

    /// <summary>The value at a list's index, for a fault's place.</summary>
    public YamlNode ItemAt(string key, int index) => Find(key) is { Kind: YamlKind.List } list && index < list.Items.Count
        ? list.Items[index] : At(key);

    public static bool TryNumber(YamlNode node, out double number)
    {
        number = 0;
        return node.Kind == YamlKind.Scalar
            && !node.IsQuoted
            && double.TryParse(node.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
            && double.IsFinite(number);
    }

    private void Fault(string code, YamlNode at, string path, string message, string advice) => faults.Add(at, path, code, message, advice);

    private YamlNode Empty() => new() { Kind = YamlKind.Mapping, File = Node.File, Line = Node.Line, Column = Node.Column };
}
