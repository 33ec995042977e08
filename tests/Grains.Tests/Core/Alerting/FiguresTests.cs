namespace Millwright.Core.Alerting;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, 0, "0")]
    [InlineData(70, 0, "70")]
    [InlineData(76.0197, 0, "76.02")]
    [InlineData(1234567.8, 0, "1234568")]
    [InlineData(0.00012345, 0, "0.0001235")]
    [InlineData(-0.0000001, 10, "0")]
    [InlineData(7.9, 4.8, "7.9")]
    [InlineData(1000.12345, 0.004, "1000.12345")]
    [InlineData(1e300, 0, "1E+300")]
    public void Of_ShowsTheDigitsThatMatter(double value, double difference, string expected) =>
        Assert.Equal(expected, Figures.Of(value, difference));

    [Theory]
    [InlineData(4.2199, 1, "4.21", "4.22")]
    [InlineData(-4.2199, 1, "-4.22", "-4.21")]
    [InlineData(89.99, 0.01, "89.99", "89.99")]
    public void AtMostAndAtLeast_NeverCrossTheValue(double value, double difference, string atMost, string atLeast)
    {
        Assert.Equal(atMost, Figures.AtMost(value, difference));
        Assert.Equal(atLeast, Figures.AtLeast(value, difference));
    }

    [Theory]
    [InlineData(0.5, "0.5 s")]
    [InlineData(119, "119 s")]
    [InlineData(600, "10 min")]
    [InlineData(9_000, "2.5 h")]
    [InlineData(777_600, "9 days")]
    public void Span_TakesOneUnitThatFits(double seconds, string expected) =>
        Assert.Equal(expected, Figures.Span(TimeSpan.FromSeconds(seconds)));
}
