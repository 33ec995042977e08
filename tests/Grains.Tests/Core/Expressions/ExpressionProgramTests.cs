using Millwright.Core.Detection;

namespace Millwright.Core.Expressions;

public sealed class ExpressionProgramTests
{
    private static readonly ExpressionMetric[] Metrics =
    [
        new("flow", 0, "L/min"), new("current", 1, "A"), new("bearing-temperature", 2, "Cel"), new("pressure", 3, "bar"),
        new("count", 4, ""), new("mode", 5, "", IsText: true), new("humidity", 6, "%"), new("Volume Flow", 7, "m3/h"), new("parts", 8, "pcs"),
    ];

    [Theory]
    [InlineData("flow < 5 L/min")]
    [InlineData("flow<5 L/min")]
    [InlineData("flow < 300 l/h and pressure >= 600 kPa")]
    [InlineData("bearing-temperature > 80 Cel or bearing-temperature > 353.15 K")]
    [InlineData("bearing-temperature - 20 Cel > 60 K")]
    [InlineData("bearing-temperature > mean(bearing-temperature, 10 min) + 5 K")]
    [InlineData("bearing-temperature < -5 degC")]
    [InlineData("delta(bearing-temperature, 1 h) > 10 K")]
    [InlineData("slope(pressure, 30 s) > 0.1 bar/s")]
    [InlineData("mean(flow, 30 s) < 5 L/min and current > 0.6 * quantile(current, 10 min, 0.9)")]
    [InlineData("not (flow > 1 L/min) and state == 'running'")]
    [InlineData("flow * 1 h > 300 L")]
    [InlineData("`Volume Flow` > 2 * flow")]
    [InlineData("humidity > 60 %")]
    [InlineData("parts >= 10 pcs")]
    [InlineData("count / 2 > 3")]
    [InlineData("abs(current - 5 A) > least(1 A, 0.1 * current, 500 mA)")]
    [InlineData("age(flow) > 10 s and kurtosis(current, 5 min) > 6")]
    public void TryCompile_Takes(string text)
    {
        ExpressionProgram? program = ExpressionProgram.TryCompile(text, Metrics, out ExpressionFault? fault);

        Assert.Null(fault);
        Assert.NotNull(program);
    }

    [Theory]
    [InlineData("flow < 5", 6, "write the number with its unit")]
    [InlineData("flow < 5 bar", 6, "differ")]
    [InlineData("flow", 1, "a condition is expected here, not a number")]
    [InlineData("flwo < 5 L/min", 1, "'flwo' is unknown; metrics are")]
    [InlineData("median(flow, 5 s) < 5 L/min", 1, "functions are abs")]
    [InlineData("mode > 3", 1, "is a text")]
    [InlineData("mean(flow, 5 bar) < 5 L/min", 12, "duration")]
    [InlineData("mean(flow, 400 d) < 5 L/min", 12, "at most 366")]
    [InlineData("mean(3, 5 s) < 5 L/min", 6, "metric's name")]
    [InlineData("quantile(flow, 5 s, 1.2) < 5 L/min", 21, "share")]
    [InlineData("rms(bearing-temperature, 5 s) > 3 K", 1, "arbitrary")]
    [InlineData("2 * bearing-temperature > 3 K", 5, "arbitrary")]
    [InlineData("bearing-temperature + bearing-temperature > 3 K", 21, "difference in K")]
    [InlineData("flow < 5 L/min and", 19, "expected here, not the end")]
    [InlineData("flow < 5 L/min pressure > 3 bar", 16, "expected here")]
    [InlineData("(flow < 5 L/min", 16, "')'")]
    [InlineData("flow < 5 furlong", 8, "unit 'furlong' is unknown")]
    [InlineData("humidity > 60", 10, "write the number with its unit")]
    [InlineData("state > 'running'", 7, "state ==")]
    [InlineData("state == 'running'", 1, "no metric")]
    [InlineData("flow < 5 L/min & 1", 16, "'&' has no meaning")]
    [InlineData("mode == 'auto", 9, "does not end")]
    [InlineData("flow < 1.2.3 L/min", 8, "no number")]
    [InlineData("bearing-temperature - 5 Cel > bearing-temperature", 29, "difference of temperatures and a temperature")]
    [InlineData("least(delta(bearing-temperature, 1 h), bearing-temperature) > 3 K", 1, "difference of temperatures and a temperature")]
    [InlineData("age(flow) > 10 s", 1, "silence")]
    [InlineData("flow < 5 L/min and 2 * age(flow) > 10 s", 24, "silence")]
    [InlineData("flow < 5 m-2147483648", 8, "unknown")]
    [InlineData("mean(flow, 10 ns) < 5 L/min", 12, "at least 100 ns")]
    [InlineData("mean(flow, 0 s) < 5 L/min", 12, "at least 100 ns")]
    [InlineData("flow < 1e308 Gm3/s", 8, "beyond all numbers")]
    [InlineData("", 1, "expected here, not the end")]
    public void TryCompile_RefusesWithThePlace(string text, int column, string message)
    {
        Assert.Null(ExpressionProgram.TryCompile(text, Metrics, out ExpressionFault? fault));

        Assert.Equal(column, fault!.Column);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    /// <summary>Whatever somebody writes is a program or a fault with its place, and a program can be made a detector of.</summary>
    [Fact]
    public void TryCompile_NeverThrows()
    {
        string[] words =
        [
            "flow", "current", "bearing-temperature", "`Volume Flow`", "mode", "parts", "state", "'running'", "age(", "mean(", "delta(", "stddev(",
            "quantile(", "slope(", "least(", "abs(", "rms(", "count(", "kurtosis(", "and", "or", "not", "(", ")", ",", "+", "-", "*", "/", "<", "<=",
            ">", "==", "!=", "5 Cel", "5 K", "5 L/min", "0.5", "1e308 GWh", "10 ns", "1 min", "366 d", "3 m-2147483648", "3 m99", "7 1/min", "2 %",
            "1e-320 s", "9999999999999999999", ".5", "1.2.3", "'", "`", "\u20ac", "\ud83d", "\0", "",
        ];
        string[] rules =
        [
            "mean(flow, 30 s) < 5 L/min and current > 0.6 * quantile(current, 10 min, 0.9)",
            "abs(current - 5 A) > least(1 A, 0.1 * current, 500 mA) or not (state == 'running')",
            "delta(bearing-temperature, 1 h) > 10 K and age(flow) > 3 s",
        ];
        int programs = 0;
        for (int seed = 1; seed <= 10_000; seed++)
        {
            Random random = new(seed);
            string text = seed % 2 == 0
                ? string.Join(' ', Enumerable.Range(0, random.Next(1, 14)).Select(_ => words[random.Next(words.Length)]))
                : Damaged(rules[random.Next(rules.Length)], random, words);
            try
            {
                ExpressionProgram? program = ExpressionProgram.TryCompile(text, Metrics, out ExpressionFault? fault);
                Assert.Equal(program is null, fault is not null);
                Assert.True(fault is null || (fault.Column >= 1 && fault.Column <= text.Length + 1), $"{fault}");
                if (program is not null)
                {
                    programs++;
                    IDetector made = DetectorFactory.Create(
                        new DetectorIdentity("rule", "expression", "1"), program, new Dictionary<string, double>(), []);
                    DetectorRun run = new(made);
                    run.Observe(0, 1, 0).Observe(0, -1e300, 1).Observe(1, 20, 2).Observe(1, 1e300, 0).Observe(2, 0, 1);
                }
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {text}: {e}");
            }
        }

        Assert.InRange(programs, 1_000, 9_000);
    }

    /// <summary>One to three places changed: a word put in, a piece taken out or doubled.</summary>
    private static string Damaged(string text, Random random, string[] words)
    {
        for (int times = random.Next(0, 4); times > 0; times--)
        {
            int at = random.Next(text.Length + 1);
            int length = random.Next(0, Math.Min(8, text.Length - at) + 1);
            text = random.Next(3) switch
            {
                0 => text.Insert(at, words[random.Next(words.Length)]),
                1 => text.Remove(at, length),
                _ => text.Insert(at, text.Substring(at, length)),
            };
        }

        return text;
    }

    [Fact]
    public void TryCompile_IsBounded()
    {
        Assert.NotNull(Fault(new string('(', 40) + "flow"));
        Assert.NotNull(Fault(string.Concat(Enumerable.Repeat("not ", 40)) + "flow < 1 L/min"));
        Assert.NotNull(Fault(new string(' ', 2_001)));
        Assert.NotNull(Fault(string.Join(" and ", Enumerable.Range(1, 17).Select(i => $"mean(flow, {i} s) > 1 L/min"))));

        static ExpressionFault? Fault(string text)
        {
            ExpressionProgram.TryCompile(text, Metrics, out ExpressionFault? fault);
            return fault;
        }
    }

    [Fact]
    public void TryCompile_SharesOneWindow_ForTheSameMetricAndSize()
    {
        ExpressionProgram program = ExpressionProgram.TryCompile(
            "mean(flow, 60 s) > 1 L/min and quantile(flow, 1 min, 0.9) > 2 L/min and max(flow, 2 min) > 3 L/min", Metrics, out _)!;

        Assert.Equal(2, program.Windows.Length);
        Assert.Equal(0, Assert.Single(program.Metrics));
    }

    [Theory]
    [InlineData("mm/s", 1e-3)]
    [InlineData("kW", 1e3)]
    [InlineData("kWh", 3.6e6)]
    [InlineData("1/min", 1 / 60.0)]
    [InlineData("rpm", 1 / 60.0)]
    [InlineData("m3/h", 1 / 3_600.0)]
    [InlineData("kg.m2", 1)]
    [InlineData("mm/s2", 1e-3)]
    [InlineData("um", 1e-6)]
    [InlineData("hPa", 100)]
    [InlineData("mbar", 100)]
    [InlineData("Nm", 1)]
    [InlineData("m.s-2", 1)]
    public void Unit_HasItsFactor(string text, double factor)
    {
        Assert.True(Unit.TryParse(text, out Unit unit));
        Assert.Equal(factor, unit.Factor, factor * 1e-12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pcs")]
    [InlineData("kCel")]
    [InlineData("m/")]
    [InlineData("m99")]
    [InlineData("/s")]
    [InlineData("m-2147483648")]
    [InlineData("m-7")]
    public void Unit_IsNotKnown(string text) => Assert.False(Unit.TryParse(text, out _));
}
