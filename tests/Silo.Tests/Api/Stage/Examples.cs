using System.Collections.Frozen;
using Millwright.Alerts;
using Millwright.Energy;
using Millwright.Maintenance;
using Millwright.Plant;
using Millwright.Quality;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Silo.Tests.Api.Stage;

/// <summary>A small plant and what might happen in it.</summary>
internal static class Examples
{
    public const string Pump = "acme.lyon:pump-01";
    public const string Press = "acme.lyon:press-04";
    public const string Mixer = "acme.paris:mixer-02";
    public const string Stranger = "other:stranger";

    public static readonly DateTimeOffset T0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static PlantModel Model { get; } = new()
    {
        Assets = new[]
        {
            Asset(Pump, "pump", "L1", 4,
                new MetricDefinition { Name = "vibration", Unit = "mm/s", ExpectedInterval = TimeSpan.FromSeconds(1) }),
            Asset(Press, "press", "L1", 2, new MetricDefinition { Name = "force", Unit = "kN" }),
            Asset(Mixer, "mixer", "L2", 5, new MetricDefinition { Name = "motor/current", Unit = "A" }),
        }.ToFrozenDictionary(a => a.Id.ToString()),
        Lines = new Dictionary<string, LineDefinition>
        {
            ["lyon/packing/L1"] = new()
            {
                Key = "lyon/packing/L1",
                Name = "Line one",
                Steps = [new StepDefinition { Name = "tighten",
                    Limits = [new LimitDefinition { Parameter = "torque", Lower = 1, Upper = 2 }] }],
            },
        }.ToFrozenDictionary(),
    };

    public static TwinDetectors Detectors(string assetId) => new()
    {
        AssetId = assetId,
        Detectors =
        [
            new DetectorState
            {
                Id = "bearing", Kind = "threshold", Version = "1", Role = DetectorRole.Live, Open = 0, Verdict = DetectorVerdict.Quiet, Warmup = 1,
            },
            new DetectorState
            {
                Id = "bearing", Kind = "robust-z", Version = "2", Role = DetectorRole.Shadow, Next = DetectorRole.Live, Open = 1,
                Verdict = DetectorVerdict.Warming, Warmup = 0.25, Gained = 3, Lost = 2, Common = 1,
            },
        ],
        Changes = [],
    };

    public static MetricState Metric(string name, double value, DateTimeOffset eventTime, long revision = 1) => new()
    {
        Name = name,
        Unit = "mm/s",
        Value = value,
        EventTime = eventTime,
        Quality = SampleQuality.Good,
        Revision = revision,
    };

    public static TwinState Twin(string assetId, long revision, DateTimeOffset modified, params MetricState[] metrics) => new()
    {
        AssetId = assetId,
        Revision = revision,
        Modified = modified,
        IsModelled = Model.Assets.ContainsKey(assetId),
        Metrics = [.. metrics],
        Watermark = modified,
        OperatingState = "running",
        RunningTime = TimeSpan.FromHours(2),
        Starts = 3,
        Fates = new SampleFates { Accepted = 10, Amended = 1, Duplicate = 2, Dropped = 3, Rejected = 4 },
        ActiveAlerts = [],
        IsIdle = false,
    };

    public static AlertEvent Alert(string id, string asset = Pump, AlertKind kind = AlertKind.Raised,
        Audiences audiences = Audiences.Maintenance) => new()
    {
        Id = id,
        AlertId = id,
        Kind = kind,
        AssetId = asset,
        AlertName = "BearingWear",
        Subject = "vibration",
        EventTime = T0,
        RecordedTime = T0.AddSeconds(1),
        Sequence = 7,
        Severity = 800,
        Audiences = audiences,
        Category = AlertCategory.Machine,
        IncidentId = "incident-1",
        Summary = "Vibration is high.",
        Explanation = new AlertExplanation
        {
            DetectorId = "bearing",
            DetectorKind = "robust-z",
            DetectorVersion = "1",
            Score = 6.2,
            Threshold = 4,
            WindowStart = T0.AddMinutes(-1),
            WindowEnd = T0,
            Completeness = 0.98,
            Contributions = [new Contribution { Metric = "vibration", Observed = 7.9, Baseline = double.NaN, Unit = "mm/s", Share = 6.2 }],
            Counterfactual = "vibration <= 4.21 mm/s",
            OperatingState = "running",
        },
    };

    public static IncidentState Incident(string id, string asset = Pump, IncidentStatus status = IncidentStatus.Active) => new()
    {
        Id = id,
        AssetId = asset,
        Category = AlertCategory.Machine,
        Audiences = Audiences.Maintenance,
        Status = status,
        Severity = 800,
        Title = "BearingWear",
        Opened = T0,
        Alerts = [Alert("alert-1", asset)],
        AlertCount = 1,
        ActiveAlertIds = ["alert-1"],
        Revision = 1,
    };

    public static WorkOrder Order(string id, int minute, WorkOrderStatus status = WorkOrderStatus.Open) => new()
    {
        Id = id,
        Title = "Replace bearing",
        Description = "Vibration is high.",
        Priority = 3,
        Status = status,
        AssetId = Pump,
        ExternalRef = "incident-1",
        Created = T0.AddMinutes(minute),
        DueDate = T0.AddDays(1),
    };

    public static UnitState Unit(string id, bool atRisk) => new()
    {
        UnitId = id,
        IsAtRisk = atRisk,
        Steps =
        [
            new StepResult
            {
                Id = id + "-1",
                UnitId = id,
                Step = "tighten",
                AssetId = Press,
                EventTime = T0,
                Parameters = [new StepParameter { Name = "torque", Value = 2.5, Unit = "Nm", Lower = 1, Upper = 2, IsViolated = atRisk }],
            },
        ],
    };

    public static IdleWaste Waste(string id, int minute) => new()
    {
        Id = id,
        AssetId = Press,
        Meter = "main",
        Medium = "electricity",
        Unit = "kWh",
        Start = T0.AddMinutes(minute),
        End = T0.AddMinutes(minute + 10),
        Quantity = 2,
        Cost = 0.5,
        Currency = "EUR",
        Co2Kilograms = 0.8,
        BenchmarkPerHour = 1,
        BenchmarkOrigin = "plant model",
        IsEnded = true,
    };

    public static EnergyState Energy(string line) => new()
    {
        Key = line,
        Assets =
        [
            new AssetConsumption
            {
                AssetId = Press,
                Meter = "main",
                Medium = "electricity",
                Unit = "kWh",
                From = T0,
                To = T0.AddHours(1),
                Total = 12,
                States = [new StateConsumption { OperatingState = "idle", Quantity = 12, Duration = TimeSpan.FromHours(1) }],
            },
        ],
        IdleWaste = [Waste("w1", 0), Waste("w2", 30), Waste("w3", 60)],
    };

    public static WindowResult Window(string metric, int minute, int revision = 1, bool closed = true) => new()
    {
        AssetId = Pump,
        Metric = metric,
        Kind = "tumbling",
        Start = T0.AddMinutes(minute),
        End = T0.AddMinutes(minute + 1),
        Revision = revision,
        IsClosed = closed,
        Count = 60,
        Sum = 60,
        Minimum = 1,
        Maximum = 1,
        Mean = 1,
        StandardDeviation = double.NaN,
        First = 1,
        Last = 1,
        Completeness = 1,
        Size = TimeSpan.FromMinutes(1),
    };

    public static HistoryPoint Point(int second, double value) =>
        new() { EventTime = T0.AddSeconds(second), Value = value, Quality = SampleQuality.Good };

    private static AssetDefinition Asset(string id, string type, string line, int criticality, MetricDefinition metric) => new()
    {
        Id = AssetId.TryParse(id, out AssetId parsed) ? parsed : throw new ArgumentException(id),
        Type = type,
        DisplayName = id[(id.IndexOf(':', StringComparison.Ordinal) + 1)..],
        Location = new Location { Enterprise = "acme", Site = "lyon", Area = "packing", Line = line },
        Criticality = criticality,
        Attributes = new Dictionary<string, string> { ["manufacturer"] = "Grüne & Söhne", ["type"] = "not this one" },
        Metrics = [metric],
    };
}
