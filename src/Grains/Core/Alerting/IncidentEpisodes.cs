using Millwright.Alerts;
using Millwright.Core.State;

namespace Millwright.Core.Alerting;

/// <summary>
/// Which incident an alert belongs to. Alerts of one asset and category that touch in event time have one cause until proven otherwise:
/// they share an incident while one of them is active, or the last ended less than the gap ago. The next one opens a new incident, whose id
/// is made of its own event time.
/// </summary>
internal sealed class IncidentEpisodes(string assetId, TimeSpan gap)
{
    private const int Categories = 4;

    private readonly Episode[] episodes = new Episode[Categories];

    /// <summary>The episode of a category as a value, to be given back when what came after it is undone.</summary>
    public Episode this[AlertCategory category]
    {
        get => episodes[(int)category];
        set => episodes[(int)category] = value;
    }

    /// <summary>The incident that an alert would belong to, without raising it.</summary>
    public string Preview(AlertCategory category, DateTimeOffset eventTime)
    {
        Episode before = this[category];
        string id = Raise(category, eventTime);
        this[category] = before;
        return id;
    }

    public string Raise(AlertCategory category, DateTimeOffset eventTime)
    {
        ref Episode episode = ref episodes[(int)category];

        // Subtracted, not added: a gap of "for ever" must not overflow.
        if (episode.Id is null || (episode.Active == 0 && eventTime - episode.LastCleared >= gap))
        {
            episode = new Episode { Id = AlertIds.OfIncident(assetId, category, eventTime) };
        }

        episode.Active++;
        return episode.Id;
    }

    public void Clear(AlertCategory category, DateTimeOffset eventTime)
    {
        ref Episode episode = ref episodes[(int)category];
        Invariant.Holds(episode.Active > 0);
        episode.Active--;
        episode.LastCleared = eventTime > episode.LastCleared ? eventTime : episode.LastCleared;
    }

    public void Save(StateWriter writer)
    {
        foreach (Episode episode in episodes)
        {
            Save(episode, writer);
        }
    }

    public void Restore(StateReader reader)
    {
        for (int i = 0; i < Categories; i++)
        {
            episodes[i] = RestoreEpisode(reader);
        }
    }

    public static void Save(in Episode episode, StateWriter writer)
    {
        writer.Text(episode.Id);
        writer.Int32(episode.Active);
        writer.Instant(episode.LastCleared);
    }

    public static Episode RestoreEpisode(StateReader reader) =>
        new() { Id = reader.Text(), Active = reader.Int32(), LastCleared = reader.Instant() };

    internal struct Episode
    {
        public string? Id;
        public int Active;
        public DateTimeOffset LastCleared;
    }
}
