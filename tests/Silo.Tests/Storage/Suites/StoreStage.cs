using Microsoft.Extensions.DependencyInjection;
using Millwright.Grains.Alerts;
using Millwright.Grains.Twins;
using Millwright.Ingest.Feed;
using Millwright.Ingest.Quarantine;
using Millwright.Silo.Announcing;
using Millwright.Silo.Storage;
using Millwright.Silo.Storage.Retention;
using Millwright.Silo.Storage.Rollups;
using Millwright.Testing.Time;
using Orleans.Storage;

namespace Millwright.Silo.Tests.Storage.Suites;

/// <summary>
/// One store under test with all of its ports, empty at first. Each kind of store derives its own and hands it to the suites; ports are
/// made anew with each call, so that <see cref="ReopenAsync"/> may change what lies under them.
/// </summary>
internal abstract class StoreStage : IAsyncDisposable
{
    public ManualTimeProvider Time { get; } = new(StoreFill.Start);

    public abstract IAlertStore Alerts { get; }

    public abstract IVerdictStore Verdicts { get; }

    public abstract IAnnouncementStore Announcements { get; }

    public abstract IGrainStorage Grains { get; }

    public abstract IGrainStateQuery States { get; }

    public abstract IRollupStore Rollups { get; }

    public abstract ICheckpointBarrier Barrier { get; }

    public abstract ITwinStore Twins(IHistoryDecoder decoder);

    public abstract IQuarantineStore Quarantine(QuarantineOptions options);

    /// <summary>Ends the store's process and begins another on the same data: nothing that lived in memory is left.</summary>
    public abstract ValueTask ReopenAsync();

    /// <summary>One round of retention. Returns the rows deleted.</summary>
    public abstract Task<long> KeepAsync(RetentionOptions options);

    /// <summary>Every chain and every row's sum, as far as the store has them; empty when all is whole.</summary>
    public abstract Task<IReadOnlyList<StoreDamage>> VerifyAsync();

    public abstract ValueTask DisposeAsync();

    protected static QuarantineInstruments NewQuarantineInstruments() => new(
        new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
}
