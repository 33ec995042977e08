namespace Millwright.Cli.Drill.Canary;

/// <summary>Ids of the canary's alerts that came over MQTT; tens of thousands in a long drill.</summary>
internal sealed class HeardAlerts
{
    private readonly HashSet<string> ids = new(StringComparer.Ordinal);

    /// <summary>Different ones.</summary>
    public int Count
    {
        get
        {
            lock (ids)
            {
                return ids.Count;
            }
        }
    }

    /// <summary>Arrivals of an id that had been heard before.</summary>
    public long Repeated { get; private set; }

    public void Add(string id)
    {
        lock (ids)
        {
            Repeated += ids.Add(id) ? 0 : 1;
        }
    }

    public bool Contains(string id)
    {
        lock (ids)
        {
            return ids.Contains(id);
        }
    }
}
