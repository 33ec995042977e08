using Microsoft.Playwright;

namespace Millwright.Browser.Tests;

/// <summary>A browser window of its own, that remembers whatever went wrong in it.</summary>
internal sealed class Visitor : IAsyncDisposable
{
    /// <summary>A failure bound, not a pause: an expectation returns as soon as it holds.</summary>
    public const float Patience = 15_000;

    private readonly List<string> faults = [];
    private readonly Uri address;

    private Visitor(IBrowserContext context, IPage page, Uri address)
    {
        Context = context;
        Page = page;
        this.address = address;
    }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public static async Task<Visitor> OpenAsync(IBrowserContext context, Uri address)
    {
        IPage page = await context.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        var visitor = new Visitor(context, page, address);
        page.Console += (_, message) => visitor.Note(message.Type is "error" or "warning", $"console {message.Type}: {message.Text}");
        page.PageError += (_, error) => visitor.Note(true, $"exception: {error}");
        page.Request += (_, request) => visitor.Note(!visitor.IsOwn(request.Url), $"request to another host: {request.Url}");
        page.Response += (_, response) => visitor.Note(response.Status >= 400, $"{response.Status} for {response.Url}");
        return visitor;
    }

    public Task GoAsync(string hash) => Page.GotoAsync($"{address}#/{hash}");

    public ILocator Find(string selector) => Page.Locator(selector);

    /// <summary>Waits until the text is there.</summary>
    public Task SeesAsync(string selector, string text) => SeesAsync(Find(selector), text);

    public static Task SeesAsync(ILocator place, string text) =>
        Assertions.Expect(place).ToContainTextAsync(text, new LocatorAssertionsToContainTextOptions { Timeout = Patience });

    public Task IsLiveAsync() => SeesAsync("#link", "Live");

    public Task KeepAsync(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.Screenshot(name), FullPage = true });

    public void AssertNothingWentWrong()
    {
        lock (faults)
        {
            Assert.Empty(faults);
        }
    }

    public async ValueTask DisposeAsync() => await Context.CloseAsync();

    private bool IsOwn(string url) => new Uri(url).Authority == address.Authority;

    private void Note(bool isFault, string text)
    {
        if (isFault)
        {
            lock (faults)
            {
                faults.Add(text);
            }
        }
    }
}
