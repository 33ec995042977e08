using System.Buffers;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Millwright.Alerts;
using Millwright.Core.State;
using Millwright.Energy;
using Millwright.Quality;
using Millwright.Twins;
using Orleans;

namespace Millwright.Grains.Twins;

/// <summary>Record and effects: one checkpoint, then the outbox in order, then the change.</summary>
public sealed partial class AssetTwinGrain
{
    private bool isFaulted;

    private async ValueTask RecordAsync()
    {
        engine.CutBlocks(output, all: false);
        ReadOnlyMemory<byte> snapshot = Envelope().ToBytes();
        var checkpoint = new TwinCheckpoint
        {
            AssetId = blueprint.AssetId,
            ExpectedEpoch = epoch,
            Snapshot = snapshot,
            Blocks = blueprint.Blocks(output),
            Windows = blueprint.ClosedWindows(output),
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
        lastCheckpoint = time.GetUtcNow();
        foreach ((string log, long position) in positions)
        {
            durable[log] = position;
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
            instruments.Delivered(time.GetUtcNow() - lastIngest);
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
        var buffer = new ArrayBufferWriter<byte>(4096);
        var writer = new StateWriter(buffer);
        writer.Instant(lastIngest);
        engine.Save(writer);
        alerts.Save(writer);
        return new TwinEnvelope
        {
            Fingerprint = blueprint.Fingerprint,
            Revision = revision,
            Positions = positions,
            Outbox = outbox,
            Core = buffer.WrittenMemory,
        };
    }

    private void Restore(StoredCheckpoint checkpoint)
    {
        TwinEnvelope envelope = TwinEnvelope.FromBytes(checkpoint.Snapshot);
        epoch = checkpoint.Epoch;
        revision = envelope.Revision;
        foreach ((string log, long position) in envelope.Positions)
        {
            positions[log] = position;
            durable[log] = position;
        }

        foreach (TwinEffect effect in envelope.Outbox)
        {
            outbox.Enqueue(effect);
        }

        if (envelope.Fingerprint != blueprint.Fingerprint)
        {
            // The owner changed the model: baselines learned for other metrics or detectors mean nothing now. Positions and debts stay.
            LogModelChanged(logger, blueprint.AssetId);
            return;
        }

        var reader = new StateReader(envelope.Core);
        lastIngest = reader.Instant();
        engine.Restore(reader);
        alerts.Restore(reader);
    }
}
