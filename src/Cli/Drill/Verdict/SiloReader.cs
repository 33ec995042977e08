using System.Net;
using System.Text.Json;

namespace Millwright.Cli.Drill.Verdict;

/// <summary>Reads the silo's HTTP API; a page that fails is asked for again a few times.</summary>
internal sealed class SiloReader(HttpClient http, TimeProvider time)
{
    private const int MaxTries = 8;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage answer = await http.GetAsync("/health/ready", cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Not listening yet.
            return false;
        }
    }

    /// <summary>Null when there is no such resource.</summary>
    public async Task<JsonDocument?> GetAsync(string path, CancellationToken cancellationToken)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                using HttpResponseMessage answer = await http.GetAsync(path, cancellationToken);
                if (answer.StatusCode == HttpStatusCode.NotFound)
                {
                    return null;
                }

                answer.EnsureSuccessStatusCode();
                return JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellationToken));
            }
            catch (Exception e) when (tries < MaxTries
                && (e is HttpRequestException || (e is TaskCanceledException && !cancellationToken.IsCancellationRequested)))
            {
                await Task.Delay(Pause * tries, time, cancellationToken);
            }
            catch (HttpRequestException e)
            {
                throw new DrillException($"GET {path}: {e.Message}", e);
            }
        }
    }

    /// <summary>Hands on each page of a list, in turn.</summary>
    public async Task PagesAsync(string path, Action<JsonElement> page, CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            using JsonDocument? found = await GetAsync(cursor is null ? path : $"{path}&cursor={cursor}", cancellationToken);
            if (found is null)
            {
                return;
            }

            foreach (JsonElement item in found.RootElement.GetProperty("items").EnumerateArray())
            {
                page(item);
            }

            cursor = found.RootElement.GetProperty("next").GetString();
        }
        while (cursor is not null);
    }
}
