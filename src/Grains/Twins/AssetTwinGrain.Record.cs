using System.Buffers;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millwright.Alerts;
using Millwright.Core.History;
using Millwright.Core.State;
using Millwright.Core.Twins;
using Millwright.Energy;
using Millwright.Quality;
using Millwright.Twins;
using Orleans;

namespace Millwright.Grains.Twins;

/// <summary>Record and effects: one checkpoint, then the outbox in order, then the change.</summary>
public sealed partial class AssetTwinGrain
{
    /// <summary>
    /// Positions in the last checkpoint. The store falls back to the one before when the last is damaged, so that one's are durable.
    /// </summary>
    private readonly SortedDictionary<string, long> recorded = new(StringComparer.Ordinal);
    private ChainHead chain = ChainHead.Start;
    private bool isFaulted;

    /// <summary>Of the newest interval in the last checkpoint. With the next, before which nothing new leaves, it is in both.</summary>
    private long recordedSequence;

    private async ValueTask RecordAsync(bool mustSurvive = false)
    {
        engine.CutBlocks(output, all: false);

        // The head moves before the write: when that fails, this memory is thrown away.
        ImmutableArray<HistoryBlock> blocks = TwinView.Blocks(blueprint.AssetId, engine, output.Blocks, ref chain);
        ReadOnlyMemory<byte> snapshot = Envelope().ToBytes();
        var checkpoint = new TwinCheckpoint
        {
            AssetId = blueprint.AssetId,
            ExpectedEpoch = epoch,
            Snapshot = snapshot,
            Blocks = blocks,
            Windows = TwinView.Windows(blueprint.AssetId, engine, output.Windows),
            MustSurvive = mustSurvive,
        };
        try
        {
            await store.SaveAsync(checkpoint, CancellationToken.None);
        }
        catch (Exception fault)
        {
            instruments.Failed(fault is TwinFencedException ? "fenced" : "record");
            LogRecordFailed(logger, blueprint.AssetId, fault);
            isFaulted = true;
            DeactivateOnIdle();
            throw;
        }

        output.Blocks.Clear();
        output.Windows.Clear();
        epoch++;
        isDirty = false;
        samplesSinceCheckpoint = 0;
        recordedSequence = engine.Sequence;
        lastCheckpoint = time.GetUtcNow();
        foreach ((string log, long position) in recorded)
        {
            durable[log] = position;
        }

        foreach ((string log, long position) in positions)
        {
            recorded[log] = position;
        }

        instruments.Checkpointed(snapshot.Length);
    }

    /// <summary>A receiver that is away keeps its effect, and all behind it, in the outbox; the next poke tries again.</summary>
    private async ValueTask DeliverAsync()
    {
        while (outbox.TryPeek(out TwinEffect? effect))
        {
            try
            {
                await DeliverAsync(effect);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                instruments.Failed("delivery");
                LogDeliveryFailed(logger, blueprint.AssetId, outbox.Count, fault);
                return;
            }

            outbox.Dequeue();

            // The stored outbox still holds it: a restart delivers again, and the receiver drops what it has.
            isDirty = true;
        }
    }

    private async ValueTask DeliverAsync(TwinEffect effect)
    {
        if (effect.Alert is { } alert)
        {
            await GrainFactory.GetGrain<IIncidentGrain>(alert.IncidentId).ReportAsync(alert);
            instruments.Delivered(time.GetUtcNow() - (engine.Modified ?? alert.RecordedTime));
        }
        else if (effect.Consumption is { } interval)
        {
            await GrainFactory.GetGrain<IEnergyGrain>(blueprint.LineKey).ReportAsync(interval);
        }
        else if (effect.Step is { } step)
        {
            await GrainFactory.GetGrain<IQualityGrain>(blueprint.LineKey).CompleteStepAsync(step);
        }
    }

    private async ValueTask PublishChangeAsync(DateTimeOffset now)
    {
        isChangePublished = true;
        lastChange = now;
        try
        {
            await this.PublishAsync(TwinStreams.Changes, State());
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // A change is only news: the next one carries the whole state.
            instruments.Failed("publish");
            LogPublishFailed(logger, blueprint.AssetId, fault);
        }
    }

    private TwinEnvelope Envelope()
    {
        return new TwinEnvelope
        {
            Metrics = TwinView.Metrics(engine),
            Revision = revision,
            Positions = positions,
            Outbox = [.. outbox],
            Core = CoreBytes(),
            Chain = chain,
            Changes = [.. changes],
        };
    }

    private ReadOnlyMemory<byte> CoreBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        var writer = new StateWriter(buffer);
        engine.Save(writer);
        alerts.Save(writer);
        return buffer.WrittenMemory;
    }

    /// <summary>
    /// Makes the core of a blueprint, with what is kept of another: parts find themselves again by name, whatever the model changed.
    /// </summary>
    private void Build(TwinBlueprint next, ReadOnlyMemory<byte>? core)
    {
        blueprint = next;
        engine = new TwinEngine(next.Definition);
        alerts = next.NewAlertBook(engine);
        if (core is { } bytes)
        {
            var reader = new StateReader(bytes);
            engine.Restore(reader);
            counted = RewindCounts.Of(engine);
            alerts.Restore(reader);
        }
    }

    /// <summary>Ends the alerts of detectors that are gone or have begun afresh: nobody else ever would.</summary>
    private void Withdraw()
    {
        foreach (AlertEvent ended in alerts.Withdraw(IsKept, time.GetUtcNow()))
        {
            outbox.Enqueue(new TwinEffect { Alert = ended });
            isDirty = true;
        }
    }

    private bool IsKept(AlertEvent alert) =>
        engine.KeepsItsFinding(alert.Explanation.DetectorId, alert.Explanation.DetectorVersion, alert.Subject, alert.EventTime);

    /// <summary>State that cannot be read is the store's trouble, not the batch's: the log holds what comes until it is mended.</summary>
    private void RestoreOrRefuse(StoredCheckpoint checkpoint)
    {
        try
        {
            Restore(checkpoint);
        }
        catch (StateFormatException fault)
        {
            throw new TwinStoreException($"The checkpoint of {blueprint.AssetId} cannot be read by this version.", fault);
        }
    }

    private void Restore(StoredCheckpoint checkpoint)
    {
        TwinEnvelope envelope = TwinEnvelope.FromBytes(checkpoint.Snapshot);
        epoch = checkpoint.Epoch;
        revision = envelope.Revision;
        chain = envelope.Chain;
        foreach ((string log, long position) in envelope.Positions)
        {
            positions[log] = position;
            recorded[log] = position;
        }

        foreach (TwinEffect effect in envelope.Outbox)
        {
            outbox.Enqueue(effect);
        }

        Build(catalogue.For(blueprint.AssetId, envelope.Metrics, envelope.Changes), envelope.Core);
        recordedSequence = engine.Sequence;
        Overrule();
    }
}
