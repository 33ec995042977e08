namespace Millwright.Alerts;

public enum IncidentStatus
{
    Active = 0,
    Acknowledged = 1,
    Shelved = 2,
    Cleared = 3,
}
