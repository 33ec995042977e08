using System.IO.Enumeration;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Millwright.Grains.Replay;
using Millwright.Silo.Api;

namespace Millwright.Cli.Backtest;

/// <summary>A running silo, by its API and within its bounds.</summary>
internal sealed class HttpBacktestSource(Uri address) : IBacktestSource
{
    // A backtest of a long span takes its time.
    private readonly HttpClient http = new() { BaseAddress = address, Timeout = TimeSpan.FromMinutes(5) };

    public async Task<IReadOnlyList<string>> GetAssetIdsAsync(string pattern, CancellationToken cancellationToken)
    {
        if (!pattern.AsSpan().ContainsAny('*', '?'))
        {
            return [pattern];
        }

        DigestItem? fleet = await http.GetFromJsonAsync<DigestItem>("api/v1/digest", ApiJson.Options, cancellationToken);
        return [.. fleet!.Assets.Select(a => a.AssetId).Where(id =>
            FileSystemName.MatchesSimpleExpression(pattern, id, ignoreCase: false))];
    }

    public async Task<BacktestReport> RunAsync(string assetId, BacktestPlan plan, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await http.PostAsJsonAsync(
            new Uri($"api/v1/things/{Uri.EscapeDataString(assetId)}/backtest", UriKind.Relative),
            new { definition = plan.Text, from = plan.From, to = plan.To, learnFrom = plan.LearnFrom },
            ApiJson.Options,
            cancellationToken);
        if (answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.RequestEntityTooLarge
            or HttpStatusCode.UnprocessableEntity)
        {
            throw new BacktestException($"{assetId}: {Describe(await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken))}");
        }

        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<BacktestReport>(ApiJson.Options, cancellationToken)
            ?? throw new JsonException("The answer is empty.");
    }

    public ValueTask DisposeAsync()
    {
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Describe(JsonElement problem) => string.Join('\n', new[] { problem.GetProperty("detail").GetString()! }.Concat(
        problem.TryGetProperty("faults", out JsonElement faults)
            ? faults.EnumerateArray().Select(f =>
                $"{f.GetProperty("path")}: {f.GetProperty("message")} [{f.GetProperty("code")}] {f.GetProperty("advice")}")
            : []));
}
