namespace Orleans.Runtime;

/// <summary>Brings what a grain awaits back into a turn of its activation.</summary>
internal sealed class TurnContext(Activation activation) : SynchronizationContext
{
    public Activation Activation { get; } = activation;

    public override void Post(SendOrPostCallback d, object? state) => Activation.Post(d, state);

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("A thread may not wait for a grain's turn: await the call instead.");

    public override SynchronizationContext CreateCopy() => this;
}
