using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Millwright.Grains.Alerts;
using Millwright.Silo.Fleet;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Api.Events;

/// <summary>
/// Incidents whenever they change. Only the newest state of each is stored, so several changes in one go are one event: an incident's
/// state says all that its changes did.
/// </summary>
internal sealed class IncidentEvents(
    IGrainStateQuery store, ChangeSignal changed, Func<IncidentEntity, bool> filter, Func<GrainStateEntry<IncidentEntity>,
        ReadOnlyMemory<byte>> render) : IEventSource
{
    private const int PageSize = 200;
    private const int MaxPages = 25;

    private long position;

    public ChangeSignal Changed => changed;

    public async ValueTask<IReadOnlyList<ServerEvent>> OpenAsync(string? lastEventId, CancellationToken cancellationToken)
    {
        ImmutableArray<GrainStateEntry<IncidentEntity>> newest = await PageAsync(null, 1, cancellationToken);
        position = newest.IsEmpty ? 0 : newest[0].Ordinal;
        if (string.IsNullOrEmpty(lastEventId))
        {
            return [ServerEvent.Ready(Id(position))];
        }

        if (!long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out long last) || last > position)
        {
            return [ServerEvent.Gap(Id(position), "The last event id is not one of this store.")];
        }

        position = last;
        return [];
    }

    public async IAsyncEnumerable<ServerEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (List<GrainStateEntry<IncidentEntity>> found, bool complete) = await NewerAsync(cancellationToken);
        if (!complete)
        {
            yield return ServerEvent.Gap(Id(position), $"More than {PageSize * MaxPages} incidents changed.");
        }

        // Found newest first; told oldest first, so that the id of each is a place to resume from.
        for (int i = found.Count - 1; i >= 0; i--)
        {
            position = found[i].Ordinal;
            if (filter(found[i].State))
            {
                yield return new ServerEvent(Id(position), null, render(found[i]));
            }
        }
    }

    private async Task<(List<GrainStateEntry<IncidentEntity>> Found, bool Complete)> NewerAsync(CancellationToken cancellationToken)
    {
        var found = new List<GrainStateEntry<IncidentEntity>>();
        long? before = null;
        for (int page = 0; page < MaxPages; page++)
        {
            ImmutableArray<GrainStateEntry<IncidentEntity>> items = await PageAsync(before, PageSize, cancellationToken);
            found.AddRange(items.TakeWhile(i => i.Ordinal > position));
            if (items.Length < PageSize || items[^1].Ordinal <= position)
            {
                return (found, true);
            }

            before = items[^1].Ordinal;
        }

        return (found, false);
    }

    private ValueTask<ImmutableArray<GrainStateEntry<IncidentEntity>>> PageAsync(long? before, int limit,
        CancellationToken cancellationToken) =>
        store.ListAsync<IncidentEntity>(IncidentEntity.StateName, before, limit, cancellationToken);

    private static string Id(long ordinal) => ordinal.ToString(CultureInfo.InvariantCulture);
}
