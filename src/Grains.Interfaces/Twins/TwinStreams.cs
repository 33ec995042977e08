namespace Millwright.Twins;

/// <summary>Names of the Orleans streams that fan out (never samples).</summary>
public static class TwinStreams
{
    public const string Provider = "millwright";

    /// <summary>Items: <see cref="TwinState"/>, conflated per twin. Stream key: <see cref="All"/>.</summary>
    public const string Changes = "millwright.twins";

    /// <summary>Items: <see cref="Alerts.AlertEvent"/>. Stream key: <see cref="All"/>.</summary>
    public const string Alerts = "millwright.alerts";

    /// <summary>Items: <see cref="Millwright.Alerts.IncidentState"/>. Stream key: <see cref="All"/>.</summary>
    public const string Incidents = "millwright.incidents";

    public const string All = "all";
}
