using Millwright.Alerts;

namespace Millwright.Silo.Storage.Postgres;

/// <param name="alert">The event.</param>
/// <param name="values">Its row.</param>
internal sealed class PendingAlert(AlertEvent alert, object?[] values) : PendingWrite<bool>(((byte[])values[7]!).Length)
{
    public AlertEvent Alert => alert;

    public object?[] Values => values;

    /// <summary>The same event is in this group before it.</summary>
    public bool IsRepeat { get; set; }
}
