using System.Collections.Immutable;
using System.Globalization;

namespace Millwright.Core.Peers;

public sealed class PriorTextTests
{
    private static readonly PriorFigures Whole = new()
    {
        State = "high \"load\", Ω",
        Peers = 7,
        Samples = 123_456,
        Metrics = [new PriorMetric("a", "mm/s", 642.243, 0.000123456, 0), new PriorMetric("b/c", "", -1.5e-7, 3, 4)],
        Correlations = [-0.532],
    };

    [Fact]
    public void Read_GivesWhatWasWritten()
    {
        Assert.True(PriorText.TryRead(PriorText.Write(Whole), out PriorFigures? read, out string? fault), fault);

        Assert.Equal((Whole.State, Whole.Peers, Whole.Samples), (read.State, read.Peers, read.Samples));
        Assert.Equal(Whole.Metrics.AsEnumerable(), read.Metrics.AsEnumerable());
        Assert.Equal(Whole.Correlations.AsEnumerable(), read.Correlations.AsEnumerable());
        Assert.Equal(PriorText.Write(Whole), PriorText.Write(read));
    }

    [Theory]
    [InlineData("", "prior.json")]
    [InlineData("hello", "prior.json")]
    [InlineData("[]", "prior.json")]
    [InlineData("{}", "prior.version")]
    [InlineData("""{"v":2,"state":"s","peers":1,"n":9,"m":[["a","",1,1,1]]}""", "prior.version")]
    [InlineData("""{"v":1,"state":"","peers":1,"n":9,"m":[["a","",1,1,1]]}""", "prior.state")]
    [InlineData("""{"v":1,"state":"s","peers":0,"n":9,"m":[["a","",1,1,1]]}""", "prior.peers")]
    [InlineData("""{"v":1,"state":"s","peers":1,"n":0,"m":[["a","",1,1,1]]}""", "prior.peers")]
    [InlineData("""{"v":1,"state":"s","peers":1,"n":9,"m":[]}""", "prior.metrics")]
    [InlineData("""{"v":1,"state":"s","peers":1,"n":9,"m":[["a","",1,0,1]]}""", "prior.metrics")]
    [InlineData("""{"v":1,"state":"s","peers":1,"n":9,"m":[["a","",1,1,-1]]}""", "prior.metrics")]
    [InlineData("""{"v":1,"state":"s","peers":1,"n":9,"m":[["a","",1e300,1,1]]}""", "prior.metrics")]
    [InlineData("""{"v":1,"state":"s","peers":1,"n":9,"m":[["a","",1,1]]}""", "prior.metrics")]
    [InlineData("""{"v":1,"state":"s","peers":1,"n":9,"m":[["a","",1,1,1],["a","",1,1,1]]}""", "prior.metrics")]
    [InlineData("""{"v":1,"state":"s","peers":1,"n":9,"m":[["a","",1,1,1],["b","",1,1,1]],"r":[]}""", "prior.correlations")]
    [InlineData("""{"v":1,"state":"s","peers":1,"n":9,"m":[["a","",1,1,1],["b","",1,1,1]],"r":[1001]}""", "prior.correlations")]
    public void Read_NamesTheFault(string text, string code)
    {
        Assert.False(PriorText.TryRead(text, out _, out string? fault));
        Assert.Equal(code, fault);
        Assert.False(PriorText.TryRead(new string(' ', PriorText.MaxLength + 1), out _, out fault));
        Assert.Equal("prior.size", fault);
    }

    [Fact]
    public void Read_NeverThrows_WhateverIsChanged()
    {
        var random = new Random(7);
        string text = PriorText.Write(Whole);
        for (int round = 0; round < 5_000; round++)
        {
            char[] broken = text.ToCharArray();
            broken[random.Next(broken.Length)] = (char)random.Next(32, 300);
            PriorText.TryRead(new string(broken, 0, random.Next(1, broken.Length + 1)), out _, out _);
        }
    }

    [Fact]
    public void Make_CutsWhatIsTooLong_AndEachPartFitsAndIsRead()
    {
        ImmutableArray<string> metrics = [.. Enumerable.Range(0, 32).Select(i => new string((char)('a' + (i % 26)), 100) + i.ToString(CultureInfo.InvariantCulture))];
        PeerFindings[] peers = [.. Enumerable.Range(0, 3).Select(p => new PeerFindings(
            $"p{p}",
            [.. metrics.Select(m => new PeerLevel(m, "unknown", 0, 100, p, 1, 1))],
            new Dictionary<string, double[]> { ["unknown"] = new double[32 * 31 / 2] }, 3_200))];

        ImmutableArray<PriorFigures> priors = PriorMaker.Make(peers, metrics, _ => "mm/s");

        Assert.True(priors.Length > 1);
        Assert.Equal(metrics, priors.SelectMany(p => p.Metrics).Select(m => m.Name));
        Assert.All(priors, p => Assert.True(PriorText.TryRead(PriorText.Write(p), out _, out string? fault), fault));
    }
}
