using System.Threading.Tasks.Sources;

namespace Orleans.Runtime;

/// <summary>A call that did not complete at once: it waits for its turn, or has started and awaits something.</summary>
internal abstract class Call
{
    // Links of the deadline list it is in; owned by that list's lock.
    internal Call? EarlierDue;
    internal Call? LaterDue;
    internal ResponseDeadlines.Lane? Lane;
    internal long Due;

    // The next call in the mailbox; the activation it runs on; whether it runs with nobody waiting. Owned by the activation's lock.
    internal Call? NextWaiting;
    internal Activation? RunsOn;
    internal bool Abandoned;

    private int settled;

    protected Call(GrainId target, GrainMethod method, Interleaving interleaving)
    {
        Target = target;
        Method = method;
        Interleaving = interleaving;
    }

    public GrainId Target { get; }

    public GrainMethod Method { get; }

    public Interleaving Interleaving { get; }

    /// <summary>Ticks of the runtime itself do not count as use of the activation.</summary>
    public virtual bool CountsAsUse => true;

    /// <summary>May be sent to the next activation when this one goes away; a timer tick may not.</summary>
    public virtual bool Forwardable => true;

    /// <summary>The caller has its answer, be it a timeout: a call still waiting for its turn need not run.</summary>
    public bool IsSettled => Volatile.Read(ref settled) != 0;

    /// <summary>Runs on the activation's turn; it was admitted before.</summary>
    public abstract void Start(Activation activation);

    public abstract void Fail(Exception exception);

    /// <summary>Whoever awaits the answer without a context goes on on this thread, and not on one of the pool.</summary>
    public virtual void AnswerInline()
    {
    }

    /// <summary>Only the first to settle a call may give it its result: the grain, its deadline or its token.</summary>
    protected bool TrySettle()
    {
        if (Interlocked.Exchange(ref settled, 1) != 0)
        {
            return false;
        }

        Lane?.Remove(this);
        return true;
    }
}

/// <summary>A call with a caller who awaits it.</summary>
internal class Call<TResult> : Call, IValueTaskSource<TResult>
{
    private ManualResetValueTaskSourceCore<TResult> outcome = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration cancellation;

    public Call(GrainId target, GrainMethod method, Interleaving interleaving)
        : base(target, method, interleaving)
    {
    }

    public ValueTask<TResult> Task => new(this, outcome.Version);

    /// <summary>A call may be abandoned by its token wherever it is; the grain, if it has started, sees the same token.</summary>
    public void AbandonOn(CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            cancellation = token.UnsafeRegister(static (call, token) => ((Call)call!).Fail(new OperationCanceledException(token)), this);
            if (IsSettled)
            {
                cancellation.Unregister();
            }
        }
    }

    public override void Start(Activation activation) => throw new InvalidOperationException("This call has started already.");

    public override void AnswerInline() => outcome.RunContinuationsAsynchronously = false;

    public override void Fail(Exception exception)
    {
        if (TrySettle())
        {
            cancellation.Unregister();
            RunsOn?.Abandon(this);
            outcome.SetException(exception);
        }
    }

    /// <summary>Follows the grain's own task to its end. Called, and resumed, in the activation's turn.</summary>
    public async Task Follow(ValueTask<TResult> work, Activation activation)
    {
        TResult result;
        try
        {
            result = await work;
        }
        catch (Exception exception)
        {
            activation.Completed(this, exception);
            Fail(exception);
            return;
        }

        activation.Completed(this, null);
        Succeed(result);
    }

    public TResult GetResult(short token) => outcome.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => outcome.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        outcome.OnCompleted(continuation, state, token, flags);

    private void Succeed(TResult result)
    {
        if (TrySettle())
        {
            cancellation.Unregister();
            outcome.SetResult(result);
        }
    }
}

/// <summary>A call that waits for its turn and carries its arguments.</summary>
internal sealed class WaitingCall<TRequest, TResult> : Call<TResult>
    where TRequest : struct, IRequest<TResult>
{
    // The caller's flow (request context, trace) is what the grain must see, not that of the thread that happens to run the turn.
    private readonly ExecutionContext? flow = ExecutionContext.Capture();
    private TRequest request;

    public WaitingCall(GrainId target, GrainMethod method, Interleaving interleaving, in TRequest request)
        : base(target, method, interleaving) => this.request = request;

    public override void Start(Activation activation)
    {
        if (flow is null)
        {
            Run(activation);
            return;
        }

        ExecutionContext.Run(flow, static held => ((StartState)held!).Run(), new StartState(this, activation));
    }

    private void Run(Activation activation)
    {
        ValueTask<TResult> work;
        try
        {
            work = request.Invoke(activation.GrainInstance!);
        }
        catch (Exception exception)
        {
            work = ValueTask.FromException<TResult>(exception);
        }

        // Drops the arguments: a call that awaits for long should not hold them.
        request = default;
        _ = Follow(work, activation);
    }

    private sealed class StartState(WaitingCall<TRequest, TResult> call, Activation activation)
    {
        public void Run() => call.Run(activation);
    }
}
