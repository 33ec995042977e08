using System.Collections.Immutable;

namespace Millwright.Ingest.Quarantine;

public interface IQuarantineStore
{
    /// <summary>Writes the messages; a position that is there already is left as it is.</summary>
    ValueTask AppendAsync(ImmutableArray<QuarantinedMessage> messages, CancellationToken cancellationToken);

    /// <summary>Newest first, before the given position; at most <paramref name="limit"/>.</summary>
    ValueTask<ImmutableArray<QuarantinedMessage>> QueryAsync(long? before, string? reason, int limit, CancellationToken cancellationToken);
}
