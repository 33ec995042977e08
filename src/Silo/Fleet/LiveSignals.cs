namespace Millwright.Silo.Fleet;

/// <summary>The wake-ups of subscriptions that read alerts and incidents from their stores.</summary>
public sealed class LiveSignals
{
    public ChangeSignal Alerts { get; } = new();

    public ChangeSignal Incidents { get; } = new();
}
