using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Core.Quality;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Energy;
using Millwright.Grains.Alerts;
using Millwright.Quality;
using Millwright.Telemetry;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Grains.Twins;

/// <summary>
/// The shell around one asset's <see cref="TwinEngine"/>. It drops positions it has seen, lets the core decide, and writes one checkpoint
/// (snapshot, history, windows, positions, outbox) before anything leaves; what it owes others is delivered after, in order.
/// </summary>
public sealed partial class AssetTwinGrain(
    TwinCatalogue catalogue,
    ITwinStore store,
    IAlertStore told,
    IOptions<TwinOptions> options,
    TwinInstruments instruments,
    TimeProvider time,
    ILogger<AssetTwinGrain> logger) : Grain, IAssetTwinGrain
{
    private readonly TwinOptions options = options.Value;
    private readonly TwinOutput output = new();
    private readonly SortedDictionary<string, long> positions = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> durable = new(StringComparer.Ordinal);
    private readonly Queue<TwinEffect> outbox = new();
    private TwinBlueprint blueprint = null!;
    private TwinEngine engine = null!;
    private AlertBook alerts = null!;
    private long epoch;
    private long revision;
    private long samplesSinceCheckpoint;
    private RewindCounts counted;
    private bool isDirty;
    private bool isChangePublished = true;
    private DateTimeOffset lastCheckpoint;
    private DateTimeOffset lastChange;

    // When a batch came last; at first, when the twin woke.
    private DateTimeOffset arrivedAt;
    private bool hasArrived;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Build(catalogue.For(this.GetPrimaryKeyString(), []), core: null);
        lastCheckpoint = arrivedAt = time.GetUtcNow();
        if (await store.LoadAsync(blueprint.AssetId, cancellationToken) is { } checkpoint)
        {
            RestoreOrRefuse(checkpoint);
            if (checkpoint.IsFallback)
            {
                await AdoptAsync(cancellationToken);
                engine.Restate(output);
                OweIntervals();
                isDirty = true;
            }

            // After the adoption, for its sequences follow on what was told.
            Withdraw();
        }

        // Whoever watches for silence must stay awake through it.
        this.RegisterGrainTimer(PokeAsync, new GrainTimerCreationOptions
        {
            DueTime = options.PokeInterval,
            Period = options.PokeInterval,
            KeepAlive = blueprint.WatchesForSilence,
        });
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // After a failed record memory is ahead of the store: what it knows comes again from the log.
        if ((isDirty || engine.IsInDoubt) && !isFaulted)
        {
            // Nothing stays in doubt over a rest that may be long.
            engine.CatchUp(output, force: true);
            Decide(time.GetUtcNow());
            await RecordAsync();
        }
    }

    public async ValueTask<ObserveResult> ObserveAsync(TelemetryBatch batch)
    {
        long seen = positions.GetValueOrDefault(batch.LogId, -1);
        if (batch.PreviousPosition > seen)
        {
            LogResumeAsked(logger, blueprint.AssetId, batch.LogId, batch.PreviousPosition, seen);
            return Result(batch.LogId, isAccepted: false);
        }

        if (outbox.Count >= options.MaxOutbox)
        {
            // Whoever should take these is away. Throwing makes the feeder wait and try again, so the log holds what we cannot.
            await DeliverAsync();
            if (outbox.Count >= options.MaxOutbox)
            {
                throw new TwinBusyException($"{outbox.Count} effects of {blueprint.AssetId} wait for their receivers.");
            }
        }

        if (batch.Samples.IsEmpty)
        {
            await RestAsync(batch.LogId, seen);
        }
        else if (TakeOrReload(batch, seen))
        {
            await SettleAsync();
        }

        return Result(batch.LogId, isAccepted: true);
    }

    public ValueTask<TwinState> GetAsync() => ValueTask.FromResult(State());

    public ValueTask<ImmutableArray<HistoryPoint>> GetRecentHistoryAsync(string metric) =>
        ValueTask.FromResult(TwinView.RecentHistory(engine, output.Blocks, metric));

    public ValueTask<ImmutableArray<WindowResult>> GetRecentWindowsAsync() =>
        ValueTask.FromResult(TwinView.RecentWindows(blueprint.AssetId, engine, output.Windows));

    public ValueTask<ImmutableArray<AssetForecast>> GetForecastsAsync() => ValueTask.FromResult(ForecastView.Of(engine));

    public ValueTask<TwinDecisions> GetDecisionsAsync() => ValueTask.FromResult(DecisionView.Of(blueprint, engine, alerts));

    public async ValueTask CheckpointAsync()
    {
        if (isDirty)
        {
            await RecordAsync();
        }
    }

    private bool TakeOrReload(TelemetryBatch batch, long seen)
    {
        try
        {
            if (!Take(batch, seen))
            {
                return false;
            }

            Decide(time.GetUtcNow());
            return true;
        }
        catch (Exception fault)
        {
            Distrust(fault);
            throw;
        }
    }

    private bool AdvanceOrReload(DateTimeOffset now)
    {
        try
        {
            bool isMoved = SourceTime(now) is { } sourceTime && (engine.Advance(sourceTime, output) || !output.IsEmpty);
            if (!isMoved && !MayReconcile(now))
            {
                return false;
            }

            Decide(now);
            return true;
        }
        catch (Exception fault)
        {
            Distrust(fault);
            throw;
        }
    }

    /// <summary>Something is half done, so memory is not trusted: the twin reloads, the feeder sets aside what fails each time.</summary>
    private void Distrust(Exception fault)
    {
        instruments.Failed("observe");
        LogObserveFailed(logger, blueprint.AssetId, fault);
        isFaulted = true;
        DeactivateOnIdle();
    }

    /// <summary>
    /// Lets the core decide about every sample beyond <paramref name="seen"/>; there is no await between the first and the last.
    /// </summary>
    private bool Take(TelemetryBatch batch, long seen)
    {
        ReadOnlySpan<TelemetrySample> samples = batch.Samples.AsSpan();
        int first = 0;
        while (first < samples.Length && samples[first].Position <= seen)
        {
            first++;
        }

        samples = samples[first..];
        if (samples.IsEmpty)
        {
            return false;
        }

        if (!blueprint.IsModelled)
        {
            Grow(samples);
        }

        SampleFates before = TwinView.Fates(engine);
        var sources = new SourceCursor(engine, batch.Sources);
        foreach (ref readonly TelemetrySample sample in samples)
        {
            int metric = engine.MetricIndex(sample.Metric, IsText(sample));
            engine.Observe(
                new TwinSample(
                    metric, sample.EventTime, sample.IngestTime, sample.Value, sample.Text, sample.Quality, sample.Historical,
                    sources.At(sample.Position)),
                output);
        }

        engine.CatchUp(output);
        Owe(StepJudge.Assemble(blueprint.AssetId, samples, blueprint.UnitOf));
        positions[batch.LogId] = samples[^1].Position;
        arrivedAt = time.GetUtcNow();
        hasArrived = true;
        samplesSinceCheckpoint += samples.Length;
        Count(before, TwinView.Fates(engine));
        return true;
    }

    /// <summary>It is decided; now record if something is owed or due, and only then let effects and changes out.</summary>
    private async ValueTask SettleAsync()
    {
        DateTimeOffset now = time.GetUtcNow();
        revision++;
        isDirty = true;
        isChangePublished = false;
        if (outbox.Count > 0 || samplesSinceCheckpoint >= options.CheckpointSamples || now - lastCheckpoint >= options.CheckpointInterval)
        {
            if (options.DeliversFirst)
            {
                await DeliverAsync();
            }

            await RecordAsync();
            await DeliverAsync();
        }

        if (now - lastChange >= options.ChangeInterval)
        {
            await PublishChangeAsync(now);
        }
    }

    private void Decide(DateTimeOffset now)
    {
        instruments.Rewound(counted, counted = RewindCounts.Of(engine));
        if (output.HasFindings)
        {
            Owe(alerts.Record(output, engine.FinalBefore, now));
            output.ClearFindings();
        }

        if (alerts.IsReconciling)
        {
            Reconcile(now);
        }

        OweIntervals();
    }

    private void OweIntervals()
    {
        foreach (ConsumptionInterval interval in blueprint.Intervals(output.Consumption, engine, recordedSequence))
        {
            outbox.Enqueue(new TwinEffect { Consumption = interval });
        }

        output.Consumption.Clear();
    }

    private void Owe(ImmutableArray<AlertEvent> decided)
    {
        foreach (AlertEvent alert in decided)
        {
            instruments.Decided(alert.Kind.ToString());
            outbox.Enqueue(new TwinEffect { Alert = alert });
        }
    }

    private void Owe(ImmutableArray<StepResult> steps)
    {
        foreach (StepResult step in steps)
        {
            outbox.Enqueue(new TwinEffect { Step = step });
        }
    }

    private async Task PokeAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (AdvanceOrReload(now))
        {
            await SettleAsync();
        }
        else if (isDirty && now - lastCheckpoint >= options.CheckpointInterval)
        {
            await RecordAsync();
        }

        await DeliverAsync();
        if (!isChangePublished)
        {
            await PublishChangeAsync(now);
        }
    }

    /// <summary>
    /// An empty batch asks a resting twin for its positions, because the log waits for it. Only what the checkpoint before the last holds
    /// may be
    /// forgotten there, so a twin at rest writes until both hold all.
    /// </summary>
    private async ValueTask RestAsync(string log, long seen)
    {
        while (durable.GetValueOrDefault(log, -1) < seen)
        {
            await RecordAsync();
        }
    }

    /// <summary>
    /// The time at which the source's silence is judged: as far beyond its newest sample as this twin has waited for another. A
    /// restart of ours or a backlog in the log is not the source's silence; null while a source may still be on its way back to us.
    /// </summary>
    private DateTimeOffset? SourceTime(DateTimeOffset now)
    {
        TimeSpan waited = now - arrivedAt;
        return engine.Modified is { } newest && (hasArrived || waited >= options.ReturnGrace) ? newest + waited : null;
    }

    private TwinState State() => TwinView.State(blueprint, engine, alerts, revision);

    private ObserveResult Result(string log, bool isAccepted) => new()
    {
        Accepted = isAccepted,
        Position = positions.GetValueOrDefault(log, -1),
        DurablePosition = durable.GetValueOrDefault(log, -1),
    };

    private static bool IsText(in TelemetrySample sample) => sample.Text is not null && double.IsNaN(sample.Value);

    /// <summary>An asset that nobody modelled shows its metrics as it speaks; new ones get the default detectors too.</summary>
    private void Grow(ReadOnlySpan<TelemetrySample> samples)
    {
        List<TwinMetric>? grown = null;
        foreach (ref readonly TelemetrySample sample in samples)
        {
            var metric = new TwinMetric(sample.Metric, IsText(sample));
            if (engine.FindMetric(metric.Name) < 0 && (grown is null || !grown.Exists(m => m.Name == metric.Name)))
            {
                (grown ??= [.. TwinView.Metrics(engine)]).Add(metric);
            }
        }

        if (grown is not null && grown.Count <= TwinDefinition.MaxMetrics)
        {
            Build(catalogue.For(blueprint.AssetId, grown, changes), CoreBytes());
            Withdraw();
        }
    }

    private void Count(SampleFates before, SampleFates after)
    {
        instruments.Observed("accepted", after.Accepted - before.Accepted);
        instruments.Observed("amended", after.Amended - before.Amended);
        instruments.Observed("duplicate", after.Duplicate - before.Duplicate);
        instruments.Observed("dropped", after.Dropped - before.Dropped);
        instruments.Observed("rejected", after.Rejected - before.Rejected);
    }
}
