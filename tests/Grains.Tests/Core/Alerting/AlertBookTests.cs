using System.Buffers;
using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Core.Detection;
using Millwright.Core.State;

namespace Millwright.Core.Alerting;

public sealed class AlertBookTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Start.AddDays(7);
    private static readonly DetectorIdentity Bearing = new("bearing", "robust-z", "3");
    private static readonly DetectorIdentity Joint = new("joint", "mahalanobis", "1");

    private static readonly Dictionary<string, AlertPolicy> Policies = new()
    {
        ["bearing"] = new AlertPolicy
        {
            AlertName = "BearingWear",
            Severity = 800,
            Audiences = Audiences.Maintenance | Audiences.Energy,
            Recommendation = "Replace bearing DE",
        },
    };

    [Fact]
    public void Record_MakesTheAlertOfThePolicy_WhenAnAnomalyBegins()
    {
        AlertEvent? alert = Book().Record(Vibration(0), "running", Now);

        Assert.NotNull(alert);
        Assert.Equal("BearingWear", alert.AlertName);
        Assert.Equal(AlertKind.Raised, alert.Kind);
        Assert.Equal(alert.Id, alert.AlertId);
        Assert.Equal("vibration_rms", alert.Subject);
        Assert.Equal(1, alert.Sequence);
        Assert.Equal(Now, alert.RecordedTime);
        Assert.Equal("vibration_rms 7.9 mm/s against 3.1 mm/s usual, score 6.2 (limit 4)", alert.Summary);
        Assert.Equal("vibration_rms <= 4.21 mm/s", alert.Explanation.Counterfactual);
        Assert.Equal("mm/s", alert.Explanation.Contributions.Single().Unit);
        Assert.Equal("running", alert.Explanation.OperatingState);
    }

    [Fact]
    public void Record_ClearsWhatItRaised_WithItsIdAndIncident()
    {
        AlertBook book = Book();
        AlertEvent raised = book.Record(Vibration(0), "running", Now)!;
        Assert.Equal([raised], book.ActiveAlerts.AsEnumerable());

        AlertEvent cleared = book.Record(Vibration(90, false, observed: 3.2), "idle", Now)!;

        Assert.Empty(book.ActiveAlerts);
        Assert.Equal(AlertKind.Cleared, cleared.Kind);
        Assert.Equal(raised.Id, cleared.AlertId);
        Assert.NotEqual(raised.Id, cleared.Id);
        Assert.Equal(raised.IncidentId, cleared.IncidentId);
        Assert.Equal(2, cleared.Sequence);
        Assert.Equal("vibration_rms 3.2 mm/s is back to normal after 90 s", cleared.Summary);
        Assert.Null(book.Record(Vibration(91, false), "idle", Now));
    }

    [Fact]
    public void Record_IgnoresAFindingToldTwice()
    {
        AlertBook book = Book();

        Assert.NotNull(book.Record(Vibration(0), "running", Now));
        Assert.Null(book.Record(Vibration(1), "running", Now));
        Assert.Single(book.ActiveAlerts);
    }

    [Fact]
    public void Ids_ComeFromTheCause_NotFromTheClock()
    {
        AlertEvent first = Book().Record(Vibration(5), "running", Now)!;
        AlertEvent again = Book().Record(Vibration(5), "running", Now.AddYears(1))!;
        AlertEvent later = Book().Record(Vibration(6), "running", Now)!;
        AlertEvent other = Book("acme:pump-02").Record(Vibration(5), "running", Now)!;
        AlertEvent newer = Book().Record(Vibration(5) with { Detector = Bearing with { Version = "4" } }, "running", Now)!;

        Assert.Equal(first.Id, again.Id);
        Assert.Equal(first.IncidentId, again.IncidentId);
        string[] ids = [first.Id, later.Id, other.Id, newer.Id, first.IncidentId, later.IncidentId, other.IncidentId];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^[0-9A-HJKMNP-TV-Z]{26}$", id));

        // Written down once: an id that changes would make every consumer see yesterday's alerts anew.
        Assert.Equal("YVENTHXNCNWFPZT4BZCVXMFXAS", first.Id);
        Assert.Equal("Y0S5KV4PMMW25S447QNP1EK1VD", first.IncidentId);
    }

    [Fact]
    public void Withdraw_EndsTheAlertsOfDetectorsThatAreGone_OnceAndForAll()
    {
        AlertBook book = Book();
        AlertEvent raised = book.Record(Vibration(0), "running", Now)!;

        Assert.Empty(book.Withdraw(_ => true, Now));
        AlertEvent ended = Assert.Single(book.Withdraw(a => a.Explanation.DetectorId != Bearing.Id, Now));

        Assert.Equal((AlertKind.Retracted, raised.AlertId, raised.IncidentId), (ended.Kind, ended.AlertId, ended.IncidentId));
        Assert.True(ended.Sequence > raised.Sequence);
        Assert.NotEqual(raised.Id, ended.Id);
        Assert.Empty(book.ActiveAlerts);
        Assert.Empty(book.Withdraw(_ => false, Now));
    }

    [Theory]
    [InlineData(299, true)]
    [InlineData(300, false)]
    public void Incident_IsShared_UntilTheGapAfterTheLastClear(int pause, bool isSame)
    {
        AlertBook book = Book();
        string first = book.Record(Vibration(0), "running", Now)!.IncidentId;
        string second = book.Record(Temperature(1_000), "running", Now)!.IncidentId;
        book.Record(Vibration(1_100, false), "running", Now);
        book.Record(Temperature(2_000, false), "running", Now);
        string third = book.Record(Vibration(2_000 + pause), "running", Now)!.IncidentId;

        Assert.Equal(first, second);
        Assert.Equal(isSame, first == third);
    }

    [Fact]
    public void Incident_IsOfOneCategory()
    {
        AlertBook book = Book();
        string machine = book.Record(Vibration(0), "running", Now)!.IncidentId;

        AlertEvent silent = book.Record(Vibration(1) with { Detector = new DetectorIdentity("s", "silence", "1") }, "running", Now)!;

        Assert.Equal(AlertCategory.Instrument, silent.Category);
        Assert.NotEqual(machine, silent.IncidentId);
    }

    [Fact]
    public void Record_CountsWhatItSuppresses_WhenTooManyAreActive()
    {
        MetricLabel[] many = [.. Enumerable.Range(0, AlertBook.MaxActive + 3).Select(i => new MetricLabel("m" + i, ""))];
        AlertBook book = new("a", many, Policies, AlertBook.DefaultIncidentGap);
        for (int metric = 0; metric < many.Length; metric++)
        {
            book.Record(Single(Bearing, metric, 0, true, 7.9), "running", Now);
        }

        Assert.Equal(AlertBook.MaxActive, book.ActiveAlerts.Length);
        Assert.Equal(3, book.Suppressed);
        Assert.Null(book.Record(Single(Bearing, many.Length - 1, 1, false, 3), "running", Now));
        Assert.NotNull(book.Record(Single(Bearing, 0, 1, false, 3), "running", Now));
    }

    [Fact]
    public void Restore_ChangesNothing_AfterEveryFinding()
    {
        AlertBook straight = Book();
        AlertBook restored = Book();
        Random random = new(11);
        for (int second = 0; second < 2_000; second += 1 + random.Next(200))
        {
            bool isRaised = random.Next(2) == 0;
            Anomaly anomaly = random.Next(2) == 0 ? Vibration(second, isRaised) : Temperature(second, isRaised);

            AlertEvent? expected = straight.Record(anomaly, "running", Now);
            AlertEvent? actual = restored.Record(anomaly, "running", Now);

            Assert.Equal(Json(expected), Json(actual));
            byte[] state = Bytes(restored);
            Assert.Equal(Bytes(straight), state);
            restored = Book();
            StateReader reader = new(state);
            restored.Restore(reader);
            Assert.True(reader.IsAtEnd);
        }
    }

    [Fact]
    public void Summary_NamesTheStrongestMetrics_WhenSeveralDoNotFitTogether()
    {
        Anomaly anomaly = Vibration(0) with
        {
            Detector = Joint,
            Metric = -1,
            Contributions =
            [
                new MetricContribution(1, 80, 61.25, 4.2), new MetricContribution(0, 7.9, 3.1, 2.5), new MetricContribution(2, 0, 0, -0.5),
            ],
            CounterfactualValue = null,
        };

        AlertEvent alert = Book().Record(anomaly, "running", Now)!;

        Assert.Equal("joint", alert.Subject);
        Assert.Equal(
            "temperature 80 °C against 61.3 °C usual and vibration_rms 7.9 mm/s against 3.1 mm/s usual and parts 0 against 0 usual "
                + "do not fit together as they used to, score 6.2 (limit 4)",
            alert.Summary);
        Assert.Equal("", alert.Explanation.Counterfactual);
    }

    [Theory]
    [InlineData("threshold", "+", "temperature 91.2 °C is above its upper limit 90 °C", "temperature <= 89.98 °C")]
    [InlineData("stuck", "+", "temperature has repeated exactly 70 °C for 60 s", "temperature <= 68.5 °C")]
    [InlineData(
        "silence",
        "+",
        "no good sample of temperature for 60 s; the last value was 70 °C",
        "any good sample of temperature before 2026-03-01T08:01:00Z")]
    [InlineData("silence", "-", "temperature is heard again, at 72 °C, after 20 s", "")]
    public void Sentences_AreMadeForTheKind_FromWhatTheDetectorFound(string kind, string sign, string summary, string counterfactual)
    {
        AlertBook book = Book();
        List<AlertEvent> alerts = [];
        foreach (Anomaly anomaly in Found(kind))
        {
            alerts.Add(book.Record(anomaly with { Detector = new DetectorIdentity("d", kind, "1") }, "running", Now)!);
        }

        AlertEvent alert = alerts.First(candidate => candidate.Kind == (sign == "+" ? AlertKind.Raised : AlertKind.Cleared));
        Assert.Equal(summary, alert.Summary);
        Assert.Equal(counterfactual, alert.Explanation.Counterfactual);
    }

    private static List<Anomaly> Found(string kind)
    {
        (string Name, double Value)[] parameters = kind switch
        {
            "threshold" => [("upper", 90)],
            "stuck" => [("duration", 60)],
            _ => [("timeout", 60)],
        };
        DetectorRun run = DetectorRun.Of(kind, 2, parameters);
        for (int i = -40; i < 0; i++)
        {
            run.Observe(i, 69 + (i % 2 * 0.5), 1);
        }

        run.Observe(0, kind == "threshold" ? 91.2 : 70, 1);
        for (int i = 1; i <= 61; i++)
        {
            _ = kind == "stuck" ? run.Observe(i, 70, 1) : run.Advance(i);
        }

        return run.Observe(80, 72, 1).Findings;
    }

    private static AlertBook Book(string assetId = "acme:pump-01") => new(
        assetId,
        [new MetricLabel("vibration_rms", "mm/s"), new MetricLabel("temperature", "°C"), new MetricLabel("parts", "")],
        Policies,
        AlertBook.DefaultIncidentGap);

    private static Anomaly Vibration(int second, bool isRaised = true, double observed = 7.9) =>
        Single(Bearing, 0, second, isRaised, observed);

    private static Anomaly Temperature(int second, bool isRaised = true) => Single(Bearing, 1, second, isRaised, 80);

    private static Anomaly Single(DetectorIdentity detector, int metric, int second, bool isRaised, double observed) => new()
    {
        Detector = detector,
        Metric = metric,
        IsRaised = isRaised,
        EventTime = Start.AddSeconds(second),
        Score = isRaised ? 6.2 : 0.1,
        Threshold = 4,
        WindowStart = Start.AddSeconds(second - 60),
        WindowEnd = Start.AddSeconds(second),
        Completeness = 0.98,
        Contributions = ImmutableArray.Create(new MetricContribution(metric, observed, 3.1, isRaised ? 6.2 : 0.1)),
        CounterfactualMetric = isRaised ? metric : -1,
        CounterfactualValue = isRaised ? 4.2149 : null,
        CounterfactualIsUpper = true,
    };

    private static byte[]? Json(AlertEvent? alert) => alert is null ? null : AlertCloudEvent.Render(alert);

    private static byte[] Bytes(AlertBook book)
    {
        ArrayBufferWriter<byte> buffer = new();
        book.Save(new StateWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }
}
