using Millwright.Alerts;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>What stores are given to keep.</summary>
internal static class StoreExamples
{
    public static readonly DateTimeOffset Start = StoreFill.Start;

    public static AlertEvent Alert(int i) => new()
    {
        Id = $"id-{i}",
        AlertId = $"id-{i}",
        Kind = i % 2 == 0 ? AlertKind.Raised : AlertKind.Cleared,
        AssetId = $"a:{i % 2}",
        AlertName = "BearingWear",
        Subject = "vibration",
        EventTime = Start.AddSeconds(i),
        RecordedTime = Start.AddSeconds(i + 1),
        Sequence = i,
        Severity = 500,
        Audiences = i % 3 == 0 ? Audiences.Energy | Audiences.Quality : Audiences.Maintenance,
        Category = AlertCategory.Machine,
        IncidentId = $"i-{i}",
        Summary = "s",
        Explanation = new AlertExplanation
        {
            DetectorId = "d",
            DetectorKind = "robust-z",
            DetectorVersion = "1",
            Score = double.NaN,
            Threshold = 3,
            WindowStart = Start,
            WindowEnd = Start.AddMinutes(1),
            Completeness = 1,
            Contributions = [new Contribution { Metric = "vibration", Observed = 5, Baseline = 4, Unit = "mm/s", Share = 4.5 }],
            Counterfactual = "vibration <= 4.2",
            OperatingState = "running",
        },
    };
}
