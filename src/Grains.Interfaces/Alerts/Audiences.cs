namespace Millwright.Alerts;

/// <summary>Whose attention an alert claims.</summary>
[Flags]
public enum Audiences
{
    None = 0,
    Maintenance = 1,
    Quality = 2,
    Energy = 4,
}
