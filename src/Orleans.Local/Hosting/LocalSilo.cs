using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>The whole cluster, in one process: directory, dispatch, deadlines and collection.</summary>
internal sealed partial class LocalSilo : IHostedService, IDisposable
{
    private readonly SiloMessagingOptions messaging;
    private readonly ResponseDeadlines deadlines;
    private readonly ActivationCollector collector;
    private readonly ILogger<LocalSilo> logger;
    private volatile bool stopped;

    public LocalSilo(
        IServiceProvider services,
        TimeProvider time,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        ILogger<LocalSilo> logger)
    {
        Services = services;
        Time = time;
        Collection = collection.Value;
        this.messaging = messaging.Value;
        this.logger = logger;
        Manifest = services.GetService<GrainManifest>() ?? GrainManifest.OfProgram();
        TurnPool = services.GetService<TurnPool>() ?? new TurnPool();
        Bindings = new GrainBindings(this);
        Activations = new ActivationDirectory(this);
        deadlines = new ResponseDeadlines(time);
        collector = new ActivationCollector(this);
        Streams = new StreamTable(this);
    }

    public IServiceProvider Services { get; }

    public TimeProvider Time { get; }

    public GrainCollectionOptions Collection { get; }

    public GrainManifest Manifest { get; }

    public TurnPool TurnPool { get; }

    public GrainBindings Bindings { get; }

    public ActivationDirectory Activations { get; }

    public StreamTable Streams { get; }

    public SiloCounters Counters { get; } = new();

    public TimeSpan ResponseTimeout => messaging.ResponseTimeout;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        collector.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        collector.Stop();
        await Streams.StopAsync(cancellationToken);

        // Last words may call grains that are gone already, and these come up again: hence rounds, until a round finds none.
        while (!cancellationToken.IsCancellationRequested && Activations.All.ToArray() is { Length: > 0 } living)
        {
            foreach (Activation activation in living)
            {
                activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo stops."), cancellationToken);
            }

            try
            {
                await Task.WhenAll(living.Select(static activation => activation.Deactivated)).WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                LogStopCutShort(Activations.Count);
            }
        }

        stopped = true;
    }

    public void Dispose()
    {
        stopped = true;
        collector.Dispose();
        deadlines.Dispose();
    }

    /// <summary>Gives a call that is about to wait its deadline.</summary>
    public void Watch(Call call)
    {
        if (TurnPool.IsOneThread)
        {
            call.AnswerInline();
        }

        deadlines.Add(call, call.Method.Timeout ?? ResponseTimeout);
    }

    /// <summary>Delivers a call to the grain's activation, or to a new one.</summary>
    public Activation? Dispatch(Call call, GrainClass grainClass, Activation? known)
    {
        while (!stopped)
        {
            Activation target = known is { IsGone: false } ? known : Activations.FindOrAdd(grainClass, call.Target);
            if (target.Enqueue(call, messaging.MaxEnqueuedRequestsHardLimit))
            {
                return target;
            }

            known = null;
        }

        call.Fail(new SiloUnavailableException($"The silo has stopped; {call.Method.Name} was not sent to {call.Target}."));
        return null;
    }

    /// <summary>A one-way call's caller does not wait, so its failure is told here.</summary>
    public async void Forget(Task outcome, GrainId target)
    {
        try
        {
            await outcome.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogOneWayFailed(exception, target);
        }
    }
}
