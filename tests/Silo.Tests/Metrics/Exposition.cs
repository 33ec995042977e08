using System.Globalization;
using System.Text.RegularExpressions;

namespace Millwright.Silo.Tests.Metrics;

/// <summary>A small reader of the Prometheus text format that accepts nothing which the format does not allow.</summary>
internal sealed partial class Exposition
{
    public Dictionary<string, string> Types { get; } = [];

    public Dictionary<string, double> Samples { get; } = [];

    public bool HasEnd { get; private set; }

    public static Exposition Parse(string text)
    {
        Assert.EndsWith("\n", text);
        var read = new Exposition();
        foreach (string line in text[..^1].Split('\n'))
        {
            Assert.False(read.HasEnd);
            if (line == "# EOF")
            {
                read.HasEnd = true;
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                string[] parts = line.Split(' ');
                Assert.True(read.Types.TryAdd(parts[2], parts[3]), $"Two types: {line}");
            }
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                Match match = Sample().Match(line);
                Assert.True(match.Success, $"Not a sample: {line}");
                Assert.True(read.Samples.TryAdd(match.Groups["series"].Value, Number(match.Groups["value"].Value)), $"Twice: {line}");
            }
        }

        return read;
    }

    private static double Number(string text) => text == "+Inf" ? double.PositiveInfinity
        : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("""^(?<series>[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="(\\[\\"n]|[^\\"\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="(\\[\\"n]|[^\\"\n])*")*\})?) (?<value>[-+0-9.eEInf]+)$""")]
    private static partial Regex Sample();
}
