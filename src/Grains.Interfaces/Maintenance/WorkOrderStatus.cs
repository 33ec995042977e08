namespace Millwright.Maintenance;

public enum WorkOrderStatus
{
    Open = 0,
    InProgress = 1,
    OnHold = 2,
    Complete = 3,
}
