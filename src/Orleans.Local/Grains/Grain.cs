using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>The base of grain classes. All of its code runs in turns of one activation: never two threads at once.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    protected Grain()
        : this(Activation.Constructing!)
    {
    }

    protected Grain(IGrainContext grainContext)
    {
        GrainContext = grainContext;
        GrainFactory = grainContext?.ActivationServices.GetService<IGrainFactory>()!;
    }

    [AllowNull]
    public IGrainContext GrainContext { get; }

    public GrainReference GrainReference => GrainContext.GrainReference;

    public string IdentityString => GrainContext.GrainId.ToString();

    protected IGrainFactory GrainFactory { get; }

    protected internal IServiceProvider ServiceProvider => GrainContext?.ActivationServices!;

    /// <summary>
    /// Runs as the activation's first turn, after persistent state was read. If it throws, the waiting callers get the exception.
    /// </summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Runs as the activation's last turn, unless the process dies first.</summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Deactivates once the running calls have ended; calls that wait go to the next activation.</summary>
    protected void DeactivateOnIdle() => Held().Deactivate(
        new(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    /// <summary>Keeps the activation from idle collection for this long from now; a negative span takes the delay back.</summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Held().DelayDeactivation(timeSpan);

    private Activation Held() => GrainContext as Activation
        ?? throw new InvalidOperationException("The grain was created outside of the runtime and has no activation.");
}
