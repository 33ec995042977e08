using Millwright.Alerts;

namespace Millwright.Core.Alerting;

/// <summary>What the plant model says about the alerts of one detector.</summary>
public sealed record AlertPolicy
{
    /// <summary>PascalCase, e.g. <c>BearingWear</c>.</summary>
    public required string AlertName { get; init; }

    /// <summary>1 to 1000.</summary>
    public int Severity { get; init; } = 500;

    public Audiences Audiences { get; init; } = Audiences.Maintenance;

    public AlertCategory Category { get; init; } = AlertCategory.Machine;

    public string Recommendation { get; init; } = "";

    /// <summary>
    /// For a detector without a policy of its own: a sensor's fault goes to the instrument category, the rest to the machine.
    /// </summary>
    public static AlertPolicy For(string detectorKind) => detectorKind switch
    {
        "stuck" => new AlertPolicy { AlertName = "StuckValue", Severity = 300, Category = AlertCategory.Instrument },
        "silence" => new AlertPolicy { AlertName = "SilentMetric", Severity = 400, Category = AlertCategory.Instrument },
        "threshold" => new AlertPolicy { AlertName = "LimitExceeded" },
        "mahalanobis" => new AlertPolicy { AlertName = "UnusualCombination", Severity = 400 },
        "novelty" => new AlertPolicy { AlertName = "NewBehaviour", Severity = 300 },
        "combined" or "joint-level" => new AlertPolicy { AlertName = "UnusualBehaviour", Severity = 400 },
        "health" => new AlertPolicy { AlertName = "Wear", Severity = 600 },
        _ => new AlertPolicy { AlertName = "UnusualValue", Severity = 300 },
    };
}
