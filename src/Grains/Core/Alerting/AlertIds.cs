using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Millwright.Alerts;
using Millwright.Core.Detection;

namespace Millwright.Core.Alerting;

/// <summary>
/// Ids made of their cause, so that a replay gives the same ones and whoever has seen an id may drop it (law 3). 26 characters of
/// Crockford's base 32 hold 130 bits of SHA-256: no two causes of any plant will meet.
/// </summary>
public static class AlertIds
{
    public const int Length = 26;
    private const string Digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string OfAlert(string assetId, DetectorIdentity detector, string subject, DateTimeOffset eventTime, AlertKind kind) =>
        Of(eventTime, "alert", assetId, detector.Id, detector.Version, subject, KindName(kind));

    public static string OfIncident(string assetId, AlertCategory category, DateTimeOffset firstEventTime) =>
        Of(firstEventTime, "incident", assetId, CategoryName(category));

    private static string KindName(AlertKind kind) => kind switch
    {
        AlertKind.Raised => "raised",
        AlertKind.Cleared => "cleared",
        AlertKind.Amended => "amended",
        AlertKind.Retracted => "retracted",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static string CategoryName(AlertCategory category) => category switch
    {
        AlertCategory.Machine => "machine",
        AlertCategory.Instrument => "instrument",
        AlertCategory.Process => "process",
        AlertCategory.Energy => "energy",
        _ => throw new ArgumentOutOfRangeException(nameof(category)),
    };

    private static string Of(DateTimeOffset eventTime, params ReadOnlySpan<string> parts)
    {
        // Each part behind its length: else ("ab", "c") and ("a", "bc") would be one cause.
        int size = 8;
        foreach (string part in parts)
        {
            size += 4 + Encoding.UTF8.GetByteCount(part);
        }

        byte[] cause = new byte[size];
        BinaryPrimitives.WriteInt64LittleEndian(cause, eventTime.UtcTicks);
        int at = 8;
        foreach (string part in parts)
        {
            int written = Encoding.UTF8.GetBytes(part, cause.AsSpan(at + 4));
            BinaryPrimitives.WriteInt32LittleEndian(cause.AsSpan(at), written);
            at += 4 + written;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(cause, hash);
        return Encode(hash);
    }

    private static string Encode(ReadOnlySpan<byte> hash)
    {
        Span<char> text = stackalloc char[Length];
        uint bits = 0;
        int held = 0;
        int next = 0;
        for (int i = 0; i < Length; i++)
        {
            if (held < 5)
            {
                bits = ((bits & 0xFF) << 8) | hash[next++];
                held += 8;
            }

            held -= 5;
            text[i] = Digits[(int)((bits >> held) & 31)];
        }

        return new string(text);
    }
}
