using System.Text;

namespace Millwright.Ingest.Payloads.Routing;

/// <summary>Gives the same bytes the same string, so that steady traffic creates none.</summary>
internal sealed class NameTable(int maxCharacters)
{
    private readonly ByteTable<string> known = new(DecodeLimits.MaxRemembered);

    /// <summary>Null when the bytes are no name: empty, too long or with control characters.</summary>
    public string? Name(ReadOnlySpan<byte> utf8)
    {
        if (known.Find(utf8) is { } name)
        {
            return name;
        }

        if (utf8.Length == 0 || utf8.Length > maxCharacters * 4)
        {
            return null;
        }

        name = Encoding.UTF8.GetString(utf8);
        return name.Length > maxCharacters || name.Any(char.IsControl) ? null : known.Add(utf8, name);
    }

    /// <summary>Any text; only short ones are remembered.</summary>
    public string Text(ReadOnlySpan<byte> utf8)
    {
        const int Short = 32;
        if (utf8.Length > Short)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        return known.Find(utf8) ?? known.Add(utf8, Encoding.UTF8.GetString(utf8));
    }
}
