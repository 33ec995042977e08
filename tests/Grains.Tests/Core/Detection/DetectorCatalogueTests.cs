using System.Text.RegularExpressions;

namespace Millwright.Core.Detection;

public sealed partial class DetectorCatalogueTests
{
    [Theory]
    [InlineData("threshold", "upper=90", "")]
    [InlineData("threshold", "", "one of 'upper' and 'lower' must be set")]
    [InlineData("threshold", "upper=1 lower=2", "'lower' must be below 'upper'")]
    [InlineData("threshold", "upper=3 lower=2 hysteresis=1", "'hysteresis' must be smaller than the distance from 'lower' to 'upper'")]
    [InlineData("robust-z", "min-samples=100 max-samples=50", "'min-samples' must not exceed 'max-samples'")]
    [InlineData("mahalanobis", "smoothing=50 warmup=40", "'smoothing' must not exceed 'warmup'")]
    [InlineData("health", "threshold=1", "'threshold' must be below 'danger'")]
    [InlineData("silence", "timeout=0", "parameter 'timeout' is 0, but must be from 0.1 to 604800 s")]
    [InlineData("stuck", "samples=2.5", "parameter 'samples' is 2.5, but must be a whole number")]
    [InlineData("silence", "timout=5", "parameter 'timout' is unknown to kind 'silence'; known are timeout")]
    [InlineData("zscore", "", "kind 'zscore' is unknown; "
        + "known are threshold, rate-of-change, spike, robust-z, level-shift, trend, seasonal, stuck, silence, mahalanobis, t2-spe, "
        + "half-space-trees, novelty, joint-level, combined, health, expression")]
    [InlineData("rate-of-change", "upper=1 lower=2", "'lower' must be below 'upper'")]
    [InlineData("spike", "min-samples=100 max-samples=50", "'min-samples' must not exceed 'max-samples'")]
    [InlineData("level-shift", "warmup=100 memory=50", "'warmup' must not exceed 'memory'")]
    [InlineData("trend", "blocks=10 threshold=4", "'threshold' cannot be reached with so few 'blocks'")]
    [InlineData("seasonal", "warmup=9", "'warmup' must not exceed 'memory'")]
    [InlineData("t2-spe", "smoothing=50 warmup=40", "'smoothing' must not exceed 'warmup'")]
    public void Validate_NamesTheFault_AndTheFactoryRefusesIt(string kind, string parameters, string fault)
    {
        Dictionary<string, double> given = Given(parameters);

        IReadOnlyList<string> faults = DetectorParameters.Validate(kind, given);

        Assert.Equal(fault, string.Join("; ", faults));
        if (fault.Length > 0)
        {
            Assert.Throws<ArgumentException>(() => DetectorFactory.Create(new DetectorIdentity("d", kind, "1"), [0, 1], given));
        }
    }

    [Fact]
    public void Validate_NamesAllFaults_InAStableOrder()
    {
        IReadOnlyList<string> faults = DetectorParameters.Validate("stuck", Given("zeta=1 samples=0 alpha=1"));

        Assert.Equal(["alpha", "samples", "zeta"], faults.Select(fault => fault.Split('\'')[1]));
    }

    [Fact]
    public void Create_MakesEveryKind_AndRefusesTooFewMetrics()
    {
        foreach (DetectorKind kind in DetectorKinds.All.Where(k => k.Name != ExpressionParameters.Name))
        {
            Dictionary<string, double> given = kind.Name == "threshold" ? new() { ["upper"] = 1 } : [];
            DetectorIdentity identity = new("d", kind.Name, "7");

            Assert.Same(identity, DetectorFactory.Create(identity, [4, 2, 7], given).Identity);
            Assert.Throws<ArgumentException>(() => DetectorFactory.Create(identity, [.. Enumerable.Range(0, kind.MinMetrics - 1)], given));
        }
    }

    [Fact]
    public void Defaults_AreMadeByTheFactory_AndNameSilenceOnlyWhereTheIntervalIsKnown()
    {
        IReadOnlyList<DetectorDefault> defaults = DetectorDefaults.For(
            [new(3, TimeSpan.FromSeconds(10)), new(1, null), new(2, TimeSpan.FromSeconds(10)), new(5, TimeSpan.FromSeconds(0.1))]);

        Assert.Equal(
            ["default-combined", "default-stuck", "default-health", "default-silence-5s", "default-silence-50s"],
            defaults.Select(entry => entry.Identity.Id));
        Assert.Equal([2, 3], defaults[^1].Metrics.AsEnumerable());
        Assert.All(defaults, entry => DetectorFactory.Create(entry.Identity, entry.Metrics, entry.Parameters));
        Assert.Equal(["default-combined", "default-stuck"], DetectorDefaults.For([new(0, null)]).Select(entry => entry.Identity.Id));
        Assert.Empty(DetectorDefaults.For([]));
    }

    [Fact]
    public void Document_SaysWhatTheCatalogueSays()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Streaming.sln")))
        {
            root = root.Parent;
        }

        Assert.NotNull(root);
        string document = File.ReadAllText(Path.Combine(root.FullName, "docs", "detectors.md"));
        foreach (DetectorKind kind in DetectorKinds.All)
        {
            Match section = Regex.Match(document, $"^## `{kind.Name}`$(.*?)(?=^## |\\z)", RegexOptions.Multiline | RegexOptions.Singleline);
            Assert.True(section.Success, $"docs/detectors.md has no section for {kind.Name}");
            IEnumerable<string> rows = Row().Matches(section.Value).Select(row => row.Value);
            Assert.Equal(kind.Parameters.Select(ExpectedRow), rows);
        }
    }

    private static string ExpectedRow(DetectorParameter parameter) => FormattableString.Invariant(
        $"| `{parameter.Name}` | {parameter.Unit} | {parameter.Default} | ")
        + FormattableString.Invariant($"{parameter.Minimum} to {parameter.Maximum} | {parameter.Description} |");

    private static Dictionary<string, double> Given(string parameters) => parameters
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('='))
        .ToDictionary(pair => pair[0], pair => double.Parse(pair[1]));

    [GeneratedRegex("^\\| `.*\\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
