using System.Text.Json;

namespace Millwright.Silo.Tests.Api.Stage;

/// <summary>Reads server-sent events as a browser would, comments included.</summary>
internal sealed class SseReader(HttpResponseMessage response, Stream stream) : IDisposable
{
    private readonly StreamReader reader = new(stream);

    public async Task<SseEvent> NextAsync()
    {
        string? id = null;
        string? name = null;
        string? data = null;
        string? comment = null;
        using var patience = new CancellationTokenSource(ApiHost.Patience);
        while (await reader.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Length == 0)
            {
                return new SseEvent(id, name, data, comment);
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            string value = line[(colon + 1)..].TrimStart();
            switch (line[..colon])
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    name = value;
                    break;
                case "data":
                    data = value;
                    break;
                default:
                    comment = value;
                    break;
            }
        }

        throw new EndOfStreamException("The server closed the subscription.");
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
    }
}

internal sealed record SseEvent(string? Id, string? Name, string? Data, string? Comment)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Data!);
}
