using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Millwright.Silo.Announcing.Webhooks;

/// <summary>
/// Signs a call as standardwebhooks.com describes it, so that receivers find a library: HMAC-SHA256 over id, time and body. The time is in
/// it, or an old call could be played again.
/// </summary>
internal static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimeHeader = "webhook-timestamp";
    public const string Header = "webhook-signature";

    public static string Of(string secret, string id, long unixSeconds, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hash.AppendData(Encoding.UTF8.GetBytes($"{id}.{unixSeconds.ToString(CultureInfo.InvariantCulture)}."));
        hash.AppendData(body);
        return "v1," + Convert.ToBase64String(hash.GetHashAndReset());
    }
}
