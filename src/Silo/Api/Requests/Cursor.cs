using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Millwright.Silo.Api.Requests;

/// <summary>
/// Where a list goes on, as an opaque token. The scope (list, sort and filter) is part of it, because a position in one order means
/// nothing in another.
/// </summary>
internal sealed record Cursor(string Scope, JsonElement Parts)
{
    public const int MaxLength = 4096;

    public static string Of(string scope, params ReadOnlySpan<object?> parts)
    {
        object?[] all = [scope, .. parts];
        return Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(all));
    }

    public static bool TryParse(string text, string scope, int parts, [NotNullWhen(true)] out Cursor? cursor)
    {
        cursor = null;
        if (text.Length > MaxLength || !Base64Url.IsValid(text))
        {
            return false;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(text), new JsonDocumentOptions { MaxDepth = 4 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() != parts + 1
                || root[0].ValueKind != JsonValueKind.String || root[0].GetString() != scope)
            {
                return false;
            }

            cursor = new Cursor(scope, root.Clone());
            return true;
        }
        catch (JsonException)
        {
            // Valid base64 of something else: not ours.
            return false;
        }
        catch (InvalidOperationException)
        {
            // A string that is not valid Unicode: not ours either.
            return false;
        }
    }

    public JsonElement this[int part] => Parts[part + 1];

    public long? Number(int part) => this[part].ValueKind == JsonValueKind.Number && this[part].TryGetInt64(out long number) ? number
        : null;

    public string? Text(int part) => this[part].ValueKind == JsonValueKind.String ? this[part].GetString() : null;

    /// <summary>A short, stable name for something long, such as a filter.</summary>
    public static string Digest(string text)
    {
        byte[] hash = System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return Convert.ToHexString(hash, 0, 8).ToLower(CultureInfo.InvariantCulture);
    }
}
