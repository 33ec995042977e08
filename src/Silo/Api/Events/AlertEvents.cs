using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Millwright.Grains.Alerts;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api.Events;

/// <summary>
/// Alert events as they are stored. The event id is the place in the store, so a subscriber that comes back misses nothing.
/// </summary>
internal sealed class AlertEvents(IAlertStore store, ChangeSignal changed, AlertQuery filter, Func<StoredAlert,
    ReadOnlyMemory<byte>> render) : IEventSource
{
    private const int PageSize = 100;

    /// <summary>A subscriber that is further behind is told of a gap instead: reading the list is cheaper for both.</summary>
    private const int MaxReplay = 5_000;

    private long position;

    public ChangeSignal Changed => changed;

    public async ValueTask<IReadOnlyList<ServerEvent>> OpenAsync(string? lastEventId, CancellationToken cancellationToken)
    {
        ImmutableArray<StoredAlert> newest = await store.QueryAsync(new AlertQuery { Limit = 1 }, cancellationToken);
        position = newest.IsEmpty ? 0 : newest[0].Ordinal;
        if (string.IsNullOrEmpty(lastEventId))
        {
            return [ServerEvent.Ready(Id(position))];
        }

        if (!long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out long last) || last > position)
        {
            return [ServerEvent.Gap(Id(position), "The last event id is not one of this store.")];
        }

        if (position - last > MaxReplay)
        {
            return [ServerEvent.Gap(Id(position), $"More than {MaxReplay} events were missed.")];
        }

        position = last;
        return [];
    }

    public async IAsyncEnumerable<ServerEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            ImmutableArray<StoredAlert> page = await store.QueryAsync(filter with { After = position, Before = null, Limit = PageSize },
                cancellationToken);
            foreach (StoredAlert alert in page)
            {
                position = alert.Ordinal;
                yield return new ServerEvent(Id(alert.Ordinal), null, render(alert));
            }

            if (page.Length < PageSize)
            {
                yield break;
            }
        }
    }

    private static string Id(long ordinal) => ordinal.ToString(CultureInfo.InvariantCulture);
}
