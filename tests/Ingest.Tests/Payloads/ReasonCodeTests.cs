using Millwright.Ingest.Payloads;

namespace Millwright.Ingest.Tests.Payloads;

public class ReasonCodeTests
{
    [Fact]
    public void ReasonCodes_AreAllDocumented_AndNoOthers()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "reason-codes.md"));
        IEnumerable<string> documented = System.Text.RegularExpressions.Regex.Matches(page, "`((payload|metric|asset|unit)\\.[a-z0-9.-]+|future_timestamp)`").Select(m => m.Groups[1].Value);

        Assert.Equal(DecodeReasons.All.Order(), documented.Distinct().Order());
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Streaming.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The repository's root was not found.");
    }
}
