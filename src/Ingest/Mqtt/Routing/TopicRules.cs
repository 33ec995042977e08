using Millwright.Ingest.Mqtt.Wire;

namespace Millwright.Ingest.Mqtt.Routing;

/// <summary>What is a topic name, what is a topic filter, and which matches which (MQTT 5.0 section 4.7). Works on UTF-8 bytes.</summary>
internal static class TopicRules
{
    // The protocol allows 32,768 levels; walking that deep would be a way to exhaust the stack, and no plant needs it.
    public const int MaxLevels = 128;
    private const byte Slash = (byte)'/';
    private const byte Plus = (byte)'+';
    private const byte Hash = (byte)'#';

    public static bool IsName(ReadOnlySpan<byte> topic)
        => !topic.IsEmpty && !topic.ContainsAny(Plus, Hash) && topic.Count(Slash) < MaxLevels
            && PacketReader.CheckUtf8(topic) == PacketFault.None;

    public static bool IsFilter(ReadOnlySpan<byte> filter)
    {
        if (filter.IsEmpty || filter.Count(Slash) >= MaxLevels || PacketReader.CheckUtf8(filter) != PacketFault.None)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = filter;
        while (true)
        {
            ReadOnlySpan<byte> level = NextLevel(ref rest, out bool last);
            if (level.Length > 1 && level.ContainsAny(Plus, Hash))
            {
                return false;
            }

            if (IsHash(level) && !last)
            {
                return false;
            }

            if (last)
            {
                return true;
            }
        }
    }

    /// <summary>Splits <c>$share/{group}/{filter}</c>; any other filter is its own and has no group.</summary>
    public static bool TrySplitShare(byte[] requested, out string? group, out byte[] filter)
    {
        group = null;
        filter = requested;
        ReadOnlySpan<byte> span = requested;
        if (!span.StartsWith("$share/"u8))
        {
            return true;
        }

        span = span["$share/"u8.Length..];
        int slash = span.IndexOf(Slash);
        if (slash <= 0 || slash == span.Length - 1 || span[..slash].ContainsAny(Plus, Hash))
        {
            return false;
        }

        group = System.Text.Encoding.UTF8.GetString(span[..slash]);
        filter = span[(slash + 1)..].ToArray();
        return true;
    }

    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> topic)
    {
        // A leading wildcard does not reach topics of the server itself.
        if (topic[0] == (byte)'$' && filter[0] is Plus or Hash)
        {
            return false;
        }

        return Covers(filter, topic);
    }

    /// <summary>True when everything that <paramref name="narrow"/> matches is matched by <paramref name="wide"/> too.</summary>
    public static bool Covers(ReadOnlySpan<byte> wide, ReadOnlySpan<byte> narrow)
    {
        while (true)
        {
            ReadOnlySpan<byte> expected = NextLevel(ref wide, out bool wideLast);
            if (IsHash(expected))
            {
                return true;
            }

            ReadOnlySpan<byte> actual = NextLevel(ref narrow, out bool narrowLast);
            bool same = IsPlus(expected) ? !IsHash(actual) : expected.SequenceEqual(actual);
            if (!same)
            {
                return false;
            }

            if (narrowLast)
            {
                // "a/#" also matches its parent "a".
                return wideLast || IsHash(wide);
            }

            if (wideLast)
            {
                return false;
            }
        }
    }

    public static ReadOnlySpan<byte> NextLevel(ref ReadOnlySpan<byte> rest, out bool last)
    {
        int slash = rest.IndexOf(Slash);
        last = slash < 0;
        ReadOnlySpan<byte> level = last ? rest : rest[..slash];
        rest = last ? default : rest[(slash + 1)..];
        return level;
    }

    public static bool IsPlus(ReadOnlySpan<byte> level) => level.Length == 1 && level[0] == Plus;

    public static bool IsHash(ReadOnlySpan<byte> level) => level.Length == 1 && level[0] == Hash;
}
