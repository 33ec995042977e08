using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Grains.Tests.Core;

namespace Millwright.Grains.Tests.Core.Alerting;

public sealed class PrecisionTests
{
    [Theory]
    [InlineData(0, 10, 0, 0.2775)]
    [InlineData(10, 0, 0.7225, 1)]
    [InlineData(1, 0, 0.2065, 1)]
    [InlineData(45, 5, 0.7864, 0.9565)]
    public void Interval_IsWilsons(long right, long nuisance, double low, double high)
    {
        // By hand from the formula, and as in published tables for 95 %.
        var precision = new Precision(right, nuisance, 7);

        Assert.Equal((double)right / (right + nuisance), precision.Value!.Value, 12);
        Assert.Equal(low, precision.Low!.Value, 4);
        Assert.Equal(high, precision.High!.Value, 4);
    }

    [Fact]
    public void WithoutVerdicts_NothingIsClaimed()
    {
        Precision precision = Precision.Of([Verdict.Unsure, Verdict.Unsure]);

        Assert.Equal(new Precision(0, 0, 2), precision);
        Assert.Null(precision.Value);
        Assert.Null(precision.Low);
        Assert.Null(precision.High);
    }

    [Fact]
    public void Episodes_AreWhatIsLeftOfWhatWasTold_AndMatchWhereTheyOverlap()
    {
        AlertEvent[] told =
        [
            Event("a", "m1", 10, AlertKind.Raised, 1), Event("a", "m1", 20, AlertKind.Cleared, 2),
            Event("b", "m2", 30, AlertKind.Raised, 3), Event("b", "m2", 30, AlertKind.Retracted, 4),
            Event("c", "m2", 40, AlertKind.Raised, 5),
        ];
        AlertEvent[] other =
        [
            Event("x", "m1", 20, AlertKind.Raised, 1), Event("x", "m1", 25, AlertKind.Cleared, 2),
            Event("y", "m1", 41, AlertKind.Raised, 3), Event("y", "m1", 45, AlertKind.Cleared, 4),
            Event("z", "det", 50, AlertKind.Raised, 5), Event("z", "det", 55, AlertKind.Cleared, 6),
        ];

        ImmutableArray<AlertEpisode> these = AlertComparison.Episodes(told);
        ImmutableArray<AlertEpisode> others = AlertComparison.Episodes(other);

        Assert.Equal([("a", Moments.At(20)), ("c", (DateTimeOffset?)null)], these.Select(e => (e.Begun.AlertId, e.End)));

        // They touch in one instant; another subject is another event; what is about all together meets every subject.
        Assert.Equal(["x", "z"], AlertComparison.Match(these, others).Select(m => m?.Begun.AlertId));
        Assert.Equal(["a", null, "c"], AlertComparison.Match(others, these).Select(m => m?.Begun.AlertId));
    }

    /// <summary>One pass over both sides finds what looking at every pair finds.</summary>
    [Fact]
    public void Matches_AreThoseOfEveryPair_WhateverOverlaps()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            ImmutableArray<AlertEpisode> these = AlertComparison.Episodes(Events(random, "t"));
            ImmutableArray<AlertEpisode> others = AlertComparison.Episodes(Events(random, "o"));

            AlertEpisode?[] expected =
            [
                .. these.Select(one => others.FirstOrDefault(other =>
                    one.Begin <= other.LastKnown && other.Begin <= one.LastKnown
                    && (one.Begun.Subject == other.Begun.Subject || one.IsJoint || other.IsJoint))),
            ];

            Assert.True(expected.SequenceEqual(AlertComparison.Match(these, others)), $"seed {seed}");
        }
    }

    private static IEnumerable<AlertEvent> Events(Random random, string name)
    {
        for (int i = 0; i < 30; i++)
        {
            int begin = random.Next(200);
            string subject = random.Next(4) is var s and > 0 ? $"m{s}" : "det";
            yield return Event($"{name}{i}", subject, begin, AlertKind.Raised, 2 * i);
            if (random.Next(10) > 0)
            {
                yield return Event($"{name}{i}", subject, begin + random.Next(40), AlertKind.Cleared, (2 * i) + 1);
            }
        }
    }

    private static AlertEvent Event(string id, string subject, int second, AlertKind kind, long sequence) => new()
    {
        Id = id + kind,
        AlertId = id,
        Kind = kind,
        AssetId = "acme:pump",
        AlertName = "Hot",
        Subject = subject,
        EventTime = Moments.At(second),
        RecordedTime = Moments.At(second),
        Sequence = sequence,
        Severity = 1,
        Audiences = Audiences.Maintenance,
        Category = AlertCategory.Machine,
        IncidentId = "i",
        Explanation = new AlertExplanation
        {
            DetectorId = "det",
            DetectorKind = "threshold",
            DetectorVersion = "1",
            Score = 2,
            Threshold = 1,
            WindowStart = Moments.At(second),
            WindowEnd = Moments.At(second),
            Completeness = 1,
            Contributions = [],
            Counterfactual = "",
            OperatingState = "unknown",
        },
        Summary = "",
    };
}
