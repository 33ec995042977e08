using System.Text.RegularExpressions;

namespace Millwright.Architecture.Tests;

/// <summary>Rules of HOUSE-STYLE that are seen in the text.</summary>
public partial class SourceTests
{
    private const int MaxLines = 500;
    private const int MaxColumns = 140;

    [Fact]
    public void Files_StayReadable_InLinesAndColumns()
    {
        List<string> faults = [];
        foreach (string file in SourceTree.Files("*.cs", "src", "samples", "bench", "tests"))
        {
            string[] lines = File.ReadAllLines(file);
            if (lines.Length > MaxLines)
            {
                faults.Add($"{SourceTree.Relative(file)}: {lines.Length} lines");
            }

            // Test data may be as wide as it is; code may not.
            bool isTest = file.StartsWith(Path.Combine(SourceTree.Root, "tests"), StringComparison.Ordinal);
            faults.AddRange(lines.Select((text, index) => (text, index)).Where(l => !isTest && l.text.Length > MaxColumns)
                .Select(l => $"{SourceTree.Relative(file)}:{l.index + 1}: {l.text.Length} columns"));
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void Sources_HoldNoRegionAndNoUnownedTask() =>
        Assert.Empty(Matches(RegionOrTask(), "src", "samples", "bench", "tests").ToList().FindAll(m => !m.Contains("SourceTests.cs", StringComparison.Ordinal)));

    [Fact]
    public void RuntimeSwitch_IsReadInHostingOnly() =>
        Assert.Empty(Matches(RuntimeSwitch(), "src", "samples").ToList().FindAll(m => !m.StartsWith("src/Silo/Hosting/", StringComparison.Ordinal)));

    [Fact]
    public void Core_NamesNoOrleansType() => Assert.Empty(Matches(OrleansUse(), "src/Grains/Core"));

    [Fact]
    public void Logs_GoThroughGeneratedMethods() => Assert.Empty(Matches(DirectLog(), "src", "samples"));

    [Fact]
    public void Folders_AreDomainNouns()
    {
        string[] banned = ["Helpers", "Utils", "Common", "Managers", "Models", "Services", "Misc"];

        IEnumerable<string> found = Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src"), "*", SearchOption.AllDirectories)
            .Where(d => banned.Contains(Path.GetFileName(d), StringComparer.Ordinal));
        Assert.Empty(found);
    }

    [Fact]
    public void Projects_HaveAShortReadme()
    {
        List<string> faults = [];
        foreach (string project in SourceTree.Files("*.csproj", "src"))
        {
            string readme = Path.Combine(Path.GetDirectoryName(project)!, "README.md");
            if (!File.Exists(readme))
            {
                faults.Add($"{SourceTree.Relative(readme)} is missing");
            }
            else if (File.ReadLines(readme).Count() > 60 && !readme.Contains("Orleans.Local", StringComparison.Ordinal))
            {
                // The local runtime's README lists each member with its semantics, as ARCHITECTURE section 2 asks.
                faults.Add($"{SourceTree.Relative(readme)} is longer than 60 lines");
            }
        }

        Assert.Empty(faults);
    }

    [Fact]
    public void Documents_LinkToWhatExists()
    {
        List<string> faults = [];
        foreach (string file in SourceTree.Files("*.md", "docs", "src", "samples", "bench").Append(Path.Combine(SourceTree.Root, "README.md")))
        {
            foreach (Match link in Link().Matches(File.ReadAllText(file)))
            {
                string target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, target)))
                {
                    faults.Add($"{SourceTree.Relative(file)} links to {target}");
                }
            }
        }

        Assert.Empty(faults);
    }

    private static IEnumerable<string> Matches(Regex pattern, params string[] folders) =>
        from file in SourceTree.Files("*.cs", folders)
        from line in File.ReadLines(file).Select((text, index) => (text, index))
        where pattern.IsMatch(line.text)
        select $"{SourceTree.Relative(file)}:{line.index + 1}: {line.text.Trim()}";

    [GeneratedRegex(@"#region|//.*\b(TODO|FIXME|HACK)\b|NotImplementedException")]
    private static partial Regex RegionOrTask();

    [GeneratedRegex(@"^\s*#(if|elif)\b")]
    private static partial Regex RuntimeSwitch();

    [GeneratedRegex(@"\bOrleans\.|using Orleans\b")]
    private static partial Regex OrleansUse();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(\s*(\$?"")")]
    private static partial Regex DirectLog();

    [GeneratedRegex(@"\]\((?!https?:)([^)\s]+)\)")]
    private static partial Regex Link();
}
