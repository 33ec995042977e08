using System.Collections.Immutable;

namespace Millwright.Plant.Rules;

/// <summary>
/// A rule's topic: literal levels, <c>{name}</c> for one captured level, <c>{name*}</c> at the end for the captured rest,
/// <c>+</c> and <c>#</c> as in MQTT. As in MQTT, a wildcard or capture at the first level does not match topics that start with <c>$</c>.
/// </summary>
public sealed class TopicPattern
{
    private const int MaxLevels = 64;

    private readonly ImmutableArray<Level> levels;

    private TopicPattern(ImmutableArray<Level> levels) => this.levels = levels;

    private enum LevelKind
    {
        Literal,
        One,
        Rest,
    }

    /// <summary>Names of the captures, in order.</summary>
    public IEnumerable<string> Captures => levels.Where(l => l.Kind != LevelKind.Literal && l.Text.Length > 0).Select(l => l.Text);

    public static bool TryParse(string text, out TopicPattern pattern, out string fault)
    {
        pattern = new TopicPattern([]);
        string[] parts = text.Split('/');
        fault = text.Length == 0 ? "a topic is not empty" : parts.Length > MaxLevels ? $"a topic has at most {MaxLevels} levels" : "";
        var parsed = ImmutableArray.CreateBuilder<Level>(parts.Length);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < parts.Length && fault.Length == 0; i++)
        {
            Level level = ParseLevel(parts[i], out fault);
            if (fault.Length == 0 && level.Kind == LevelKind.Rest && i < parts.Length - 1)
            {
                fault = $"'{parts[i]}' takes the rest of the topic, so it must be the last level";
            }

            if (fault.Length == 0 && level.Kind != LevelKind.Literal && level.Text.Length > 0 && !names.Add(level.Text))
            {
                fault = $"'{{{level.Text}}}' is captured twice";
            }

            parsed.Add(level);
        }

        if (fault.Length > 0)
        {
            return false;
        }

        pattern = new TopicPattern(parsed.ToImmutable());
        return true;
    }

    /// <summary>Matches and adds what was captured.</summary>
    public bool TryMatch(string topic, IDictionary<string, string> captures)
    {
        string[] parts = topic.Split('/');
        for (int i = 0; i < levels.Length; i++)
        {
            Level level = levels[i];
            if (i == 0 && level.Kind != LevelKind.Literal && topic.StartsWith('$'))
            {
                return false;
            }

            if (level.Kind == LevelKind.Rest)
            {
                return TakeRest(level, parts, i, captures);
            }

            if (i >= parts.Length || (level.Kind == LevelKind.Literal && level.Text != parts[i]))
            {
                return false;
            }

            if (level.Kind == LevelKind.One && level.Text.Length > 0)
            {
                captures[level.Text] = parts[i];
            }
        }

        return parts.Length == levels.Length;
    }

    private static bool TakeRest(Level level, string[] parts, int from, IDictionary<string, string> captures)
    {
        // '#' also matches the parent level, a capture needs something to capture.
        if (level.Text.Length == 0)
        {
            return true;
        }

        if (from >= parts.Length)
        {
            return false;
        }

        captures[level.Text] = string.Join('/', parts[from..]);
        return true;
    }

    private static Level ParseLevel(string part, out string fault)
    {
        fault = "";
        if (part == "+")
        {
            return new Level(LevelKind.One, "");
        }

        if (part == "#")
        {
            return new Level(LevelKind.Rest, "");
        }

        if (part.StartsWith('{') && part.EndsWith('}'))
        {
            bool rest = part.EndsWith("*}", StringComparison.Ordinal);
            string name = part[1..(rest ? ^2 : ^1)];
            fault = TextTemplate.IsCaptureName(name) ? "" : $"'{part}' is no capture: a name is letters, digits, '-' and '_'";
            return new Level(rest ? LevelKind.Rest : LevelKind.One, name);
        }

        if (part.AsSpan().IndexOfAny("+#{}\0") >= 0)
        {
            fault = $"level '{part}': a wildcard or capture takes a whole level";
        }

        return new Level(LevelKind.Literal, part);
    }

    private readonly record struct Level(LevelKind Kind, string Text);
}
