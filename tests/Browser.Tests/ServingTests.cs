using System.Net;
using System.Text.Json.Nodes;

namespace Millwright.Browser.Tests;

/// <summary>How the dashboard's files are served.</summary>
[Collection(DashboardCollection.Name)]
public class ServingTests(DashboardFixture plant)
{
    [Fact]
    public async Task Root_IsTheDashboard_UnderAStrictPolicy()
    {
        using HttpResponseMessage page = await plant.Api.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        Assert.Contains("app.js", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'self';", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.True(page.Headers.CacheControl?.NoCache);
    }

    [Fact]
    public async Task UnchangedFile_IsNotSentAgain()
    {
        using HttpResponseMessage first = await plant.Api.GetAsync(new Uri("/app.js", UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri("/app.js", UriKind.Relative));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using HttpResponseMessage second = await plant.Api.SendAsync(again);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("/nothing-here")]
    [InlineData("/pages/nothing.js")]
    [InlineData("/api/v1/nothing")]
    public async Task UnknownPath_IsAProblem(string path)
    {
        using HttpResponseMessage answer = await plant.Api.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("route.notfound", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())?["code"]);
    }
}
