namespace Millwright.Alerts;

public enum AlertKind
{
    /// <summary>CloudEvent type <c>io.millwright.alert.raised</c>.</summary>
    Raised = 0,

    /// <summary>CloudEvent type <c>io.millwright.alert.cleared</c>.</summary>
    Cleared = 1,

    /// <summary>CloudEvent type <c>io.millwright.alert.amended</c>.</summary>
    Amended = 2,

    /// <summary>CloudEvent type <c>io.millwright.alert.retracted</c>.</summary>
    Retracted = 3,
}
