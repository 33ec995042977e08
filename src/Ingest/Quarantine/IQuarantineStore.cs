using System.Collections.Immutable;

namespace Millwright.Ingest.Quarantine;

public interface IQuarantineStore
{
    /// <summary>Writes the messages; a log, position and index that is there already is left as it is.</summary>
    ValueTask AppendAsync(ImmutableArray<QuarantinedMessage> messages, CancellationToken cancellationToken);

    /// <summary>Newest first, before the given <see cref="QuarantinedMessage.Ordinal"/>; at most <paramref name="limit"/>.</summary>
    ValueTask<ImmutableArray<QuarantinedMessage>> QueryAsync(long? before, string? reason, int limit, CancellationToken cancellationToken);

    /// <summary>What was quarantined at a position, of one log or of all, newest first. Empty where a store cannot look up.</summary>
    ValueTask<ImmutableArray<QuarantinedMessage>> FindAsync(long position, string? logId, CancellationToken cancellationToken) =>
        new(ImmutableArray<QuarantinedMessage>.Empty);
}
