using System.Security.Cryptography;
using System.Text;

namespace Millwright.Core.Quality.Curves;

/// <summary>The name under which a programme's curves are learned.</summary>
internal static class ProgrammeName
{
    /// <summary>Characters. A text value may have 4,096 bytes, and a model keeps hundreds of names.</summary>
    public const int MaxLength = 128;

    private const int Kept = MaxLength - 33;

    /// <summary>A longer name keeps its beginning, and its hash in place of the rest: two of them do not become one.</summary>
    public static string Bounded(string name)
    {
        if (name.Length <= MaxLength)
        {
            return name;
        }

        // Half of a pair could not be stored as UTF-8, and the name would come back as another.
        int kept = char.IsHighSurrogate(name[Kept - 1]) ? Kept - 1 : Kept;
        return $"{name[..kept]}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16))}";
    }
}
