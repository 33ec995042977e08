using System.Security.Cryptography;
using System.Text;

namespace Millwright.Core.Alerting;

/// <summary>
/// Ids derived from their cause (law 3): the same cause gives the same id on any silo, in any replay, so that every consumer can drop
/// what it has.
/// 26 characters of base32 are 130 bits of a SHA-256: enough that no plant sees a collision, short enough to read out over the phone.
/// </summary>
public static class CauseId
{
    public const int Length = 26;

    // Crockford's alphabet without I, L, O, U: nothing to misread.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string Of(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            // The length goes in too, or ("ab","c") and ("a","bc") would be one cause.
            byte[] bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Encode(hash.GetHashAndReset());
    }

    /// <summary>Of content instead of a cause, for telling whether two are the same.</summary>
    internal static string OfBytes(ReadOnlySpan<byte> content) => Encode(SHA256.HashData(content));

    public static string Instant(DateTimeOffset instant) => instant.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string Encode(byte[] digest)
    {
        Span<char> text = stackalloc char[Length];
        int bits = 0;
        int held = 0;
        int next = 0;
        for (int i = 0; i < Length; i++)
        {
            if (held < 5)
            {
                bits = ((bits & 0xff) << 8) | digest[next++];
                held += 8;
            }

            held -= 5;
            text[i] = Alphabet[(bits >> held) & 31];
        }

        return new string(text);
    }
}
