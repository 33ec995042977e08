using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Millwright.Core.Digests;
using Millwright.Grains;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Silo.Api;
using Millwright.Silo.Api.Requests;
using Millwright.Twins;

namespace Millwright.Cli.Replay;

/// <summary>A running silo, by its API.</summary>
internal sealed class HttpVerifySource(Uri address) : IVerifySource
{
    private const int PageSize = 10_000;

    // A digest of a large asset reads all of its windows.
    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };

    public async Task<IReadOnlyList<string>> GetAssetIdsAsync(CancellationToken cancellationToken)
    {
        DigestItem? fleet = await GetAsync<DigestItem>("api/v1/digest", cancellationToken);
        return [.. fleet!.Assets.Select(a => a.AssetId)];
    }

    public async Task<StoredDigest?> GetDigestAsync(string assetId, CancellationToken cancellationToken)
    {
        DigestItem? found = await GetAsync<DigestItem>($"api/v1/digest?asset={Uri.EscapeDataString(assetId)}", cancellationToken);
        return found?.Assets[0] is not { } item
            ? null
            : new StoredDigest([.. item.Metrics], new DigestResult
            {
                AssetId = item.AssetId,
                Horizon = item.Horizon,
                Windows = item.Windows,
                Alerts = item.Alerts,
                Sha256 = item.Sha256,
            })
            {
                Changes = item.Changes is { ValueKind: JsonValueKind.Array } changes
                    ? [.. changes.Deserialize<DetectorChange[]>(StoredJson.Options)!]
                    : [],
            };
    }

    public async IAsyncEnumerable<HistoryPoint> GetHistoryAsync(
        string assetId, string metric, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string path = $"api/v1/history?asset={Uri.EscapeDataString(assetId)}&metric={Uri.EscapeDataString(metric)}&limit={PageSize}"
            + "&from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z";
        string? cursor = null;
        do
        {
            string next = cursor is null ? path : $"{path}&cursor={cursor}";
            Page<HistoryItem> page = await GetAsync<Page<HistoryItem>>(next, cancellationToken)
                ?? throw new HttpRequestException($"The history of {assetId} is gone.");
            foreach (HistoryItem item in page.Items)
            {
                yield return new HistoryPoint
                {
                    EventTime = item.EventTime,
                    Value = item.Value ?? double.NaN,
                    Quality = item.Quality,
                    Text = item.Text,
                    Historical = item.Historical,
                };
            }

            cursor = page.Next;
        }
        while (cursor is not null);
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Null where the answer is 404.</summary>
    private async Task<T?> GetAsync<T>(string path, CancellationToken cancellationToken)
        where T : class
    {
        using HttpResponseMessage answer = await http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (answer.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellationToken)
            ?? throw new JsonException($"GET {path} gave nothing.");
    }
}
