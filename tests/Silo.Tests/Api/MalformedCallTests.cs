using System.Net;
using System.Text.Json;
using Millwright.Silo.Tests.Api.Stage;

namespace Millwright.Silo.Tests.Api;

public sealed class MalformedCallTests
{
    [Fact]
    public async Task EveryMalformedCall_GetsItsTypedAnswer_AndTheServerStaysUp()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        var wrong = new List<string>();
        MalformedCall[] calls = [.. MalformedCalls.All()];

        foreach (MalformedCall call in calls)
        {
            if (await FaultAsync(host, call) is { } fault)
            {
                wrong.Add($"{call.Method} {call.Path[..Math.Min(call.Path.Length, 100)]} {call.Body?[..Math.Min(call.Body.Length, 60)]}: {fault}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.True(calls.Length >= 80, $"Only {calls.Length} calls.");
        Assert.Equal("0.1.0", (await host.GetAsync("/api/v1/system")).GetProperty("version").GetString());
    }

    [Fact]
    public async Task HugeHeaders_EndThatRequestOnly()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/system");
        request.Headers.Add("X-Huge", new string('x', 60_000));

        using HttpResponseMessage response = await host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, response.StatusCode);
        Assert.Equal("0.1.0", (await host.GetAsync("/api/v1/system")).GetProperty("version").GetString());
    }

    private static async Task<string?> FaultAsync(ApiHost host, MalformedCall call)
    {
        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Path);
        request.Content = call.Body is null ? null : new StringContent(call.Body, null, call.ContentType);
        using HttpResponseMessage response = await host.Client.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        bool isDitto = call.Path.StartsWith("/api/2", StringComparison.Ordinal);
        string expectedType = isDitto ? "application/json" : "application/problem+json";
        if ((int)response.StatusCode != call.Status || response.Content.Headers.ContentType?.MediaType != expectedType)
        {
            return $"expected {call.Status} {call.Code}, got {(int)response.StatusCode} {response.Content.Headers.ContentType} {text}";
        }

        JsonElement body = JsonSerializer.Deserialize<JsonElement>(text);
        string code = body.GetProperty(isDitto ? "error" : "code").GetString()!;
        bool hasAdvice = body.GetProperty(isDitto ? "description" : "detail").GetString() is { Length: > 0 };
        bool agrees = body.GetProperty("status").GetInt32() == call.Status;
        return code == call.Code && hasAdvice && agrees ? null : $"expected {call.Code}, got {text}";
    }
}
