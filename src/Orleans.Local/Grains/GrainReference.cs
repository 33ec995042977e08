using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>
/// A grain as seen from elsewhere. Emitted classes derive from it and implement the grain's interface: each method packs its arguments
/// into a request and calls <see cref="Invoke"/>.
/// </summary>
public class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private readonly GrainBinding binding;
    private readonly IdSpan key;

    // The activation that answered last. It may have gone since: then its gate never opens again and the slow path looks for the next one.
    private Activation? activation;

    internal GrainReference(GrainBinding binding, IdSpan key)
    {
        this.binding = binding;
        this.key = key;
    }

    public GrainId GrainId => new(GrainClass.GrainType, key);

    internal LocalSilo Silo => binding.Silo;

    internal GrainClass GrainClass => binding.GrainClass;

    public static bool operator ==(GrainReference? left, GrainReference? right) => left?.Equals(right) ?? right is null;

    public static bool operator !=(GrainReference? left, GrainReference? right) => !(left == right);

    public bool Equals(GrainReference? other) => other is not null && other.GrainId == GrainId;

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"GrainReference:{GrainId}";

    internal ValueTask<TResult> Invoke<TRequest, TResult>(ref TRequest request, int method)
        where TRequest : struct, IRequest<TResult>
    {
        Activation? target = activation;
        return target is not null && RuntimeHelpers.TryEnsureSufficientExecutionStack() && target.TryEnter()
            ? RunInline<TRequest, TResult>(target, ref request, method)
            : InvokeSlow<TRequest, TResult>(ref request, method);
    }

    internal void InvokeOneWay<TRequest, TResult>(ref TRequest request, int method)
        where TRequest : struct, IRequest<TResult>
    {
        ValueTask<TResult> outcome = Invoke<TRequest, TResult>(ref request, method);
        if (!outcome.IsCompletedSuccessfully)
        {
            Silo.Forget(outcome.AsTask(), GrainId);
        }
    }

    private ValueTask<TResult> RunInline<TRequest, TResult>(Activation target, ref TRequest request, int method)
        where TRequest : struct, IRequest<TResult>
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        ExecutionContext? flow = ExecutionContext.Capture();
        SynchronizationContext.SetSynchronizationContext(target.Turns);
        ValueTask<TResult> outcome;
        try
        {
            outcome = request.Invoke(target.GrainInstance!);
        }
        catch (Exception exception)
        {
            outcome = ValueTask.FromException<TResult>(exception);
        }

        if (!outcome.IsCompletedSuccessfully)
        {
            outcome = Suspend<TRequest, TResult>(target, outcome, ref request, method);
        }

        // A grain method that is not async may have set async-locals; they must not leak into the caller.
        if (flow is not null && !ReferenceEquals(ExecutionContext.Capture(), flow))
        {
            ExecutionContext.Restore(flow);
        }

        SynchronizationContext.SetSynchronizationContext(outer);
        target.Exit();
        return outcome;
    }

    private ValueTask<TResult> Suspend<TRequest, TResult>(
        Activation target, ValueTask<TResult> outcome, ref TRequest request, int method)
        where TRequest : struct, IRequest<TResult>
    {
        GrainMethod called = binding.Methods[method];
        var call = new Call<TResult>(GrainId, called, GrainClass.InterleavingOf(called));
        target.Suspended(call);
        Silo.Watch(call);
        call.AbandonOn(request.Token);
        ValueTask<TResult> answer = call.Task;
        _ = call.Follow(outcome, target);
        return answer;
    }

    private ValueTask<TResult> InvokeSlow<TRequest, TResult>(ref TRequest request, int method)
        where TRequest : struct, IRequest<TResult>
    {
        if (activation is null or { IsGone: true })
        {
            activation = Silo.Activations.Find(GrainId);
            if (activation is { } found && RuntimeHelpers.TryEnsureSufficientExecutionStack() && found.TryEnter())
            {
                return RunInline<TRequest, TResult>(found, ref request, method);
            }
        }

        GrainMethod called = binding.Methods[method];
        var call = new WaitingCall<TRequest, TResult>(GrainId, called, GrainClass.InterleavingOf(called), request);
        Silo.Watch(call);
        call.AbandonOn(request.Token);
        activation = Silo.Dispatch(call, GrainClass, activation);
        return call.Task;
    }
}
