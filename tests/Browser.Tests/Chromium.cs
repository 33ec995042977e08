using Microsoft.Playwright;

namespace Millwright.Browser.Tests;

/// <summary>The Chromium of the machine; none is downloaded.</summary>
internal static class Chromium
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>Nothing but the dashboard may use the network or the screen.</summary>
    private static readonly string[] Arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Find(), Args = Arguments });

    private static string Find()
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return path.Prepend("/usr/bin").SelectMany(d => Names.Select(n => Path.Combine(d, n))).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException("No Chromium on this machine. On Debian it is the package 'chromium': apt-get install chromium.");
    }
}
