namespace Millwright.Cli.Drill.Verdict;

/// <summary>What the checker found, over all assets.</summary>
internal sealed class Findings
{
    private const int MaxExamples = 20;

    private readonly Lock gate = new();
    private readonly List<string> examples = [];

    /// <summary>Acknowledged samples that history does not have, or has with another value.</summary>
    public long Lost { get; private set; }

    /// <summary>Alert ids that are there twice, causes with two ids, samples that are in history twice.</summary>
    public long Doubled { get; private set; }

    public long MissingAlerts { get; private set; }

    public long SurplusAlerts { get; private set; }

    /// <summary>Expected alerts that did not come over MQTT.</summary>
    public long MissingAnnouncements { get; private set; }

    /// <summary>Samples in history that nobody sent.</summary>
    public long SurplusSamples { get; private set; }

    /// <summary>Alert events in the store.</summary>
    public long Alerts { get; private set; }

    public long ExpectedAlerts { get; private set; }

    public long SamplesChecked { get; private set; }

    /// <summary>Samples that met their twin late: amended or dropped.</summary>
    public long Late { get; private set; }

    public long Accepted { get; private set; }

    public long Amended { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Assets whose fates do not add up.</summary>
    public long FateFaults { get; private set; }

    public IReadOnlyList<string> Examples => examples;

    public void AddHistory(long checkedSamples, long lost, long doubled, long surplus)
    {
        lock (gate)
        {
            SamplesChecked += checkedSamples;
            Lost += lost;
            Doubled += doubled;
            SurplusSamples += surplus;
        }
    }

    public void AddAlerts(int found, int expected, int missing, int surplus, int doubled)
    {
        lock (gate)
        {
            Alerts += found;
            ExpectedAlerts += expected;
            MissingAlerts += missing;
            SurplusAlerts += surplus;
            Doubled += doubled;
        }
    }

    public void AddUnheard(int alerts)
    {
        lock (gate)
        {
            MissingAnnouncements += alerts;
        }
    }

    public void AddFates(long accepted, long amended, long duplicate, long dropped, bool addUp)
    {
        lock (gate)
        {
            Accepted += accepted;
            Amended += amended;
            Duplicates += duplicate;
            Late += amended + dropped;
            FateFaults += addUp ? 0 : 1;
        }
    }

    public void Example(string text)
    {
        lock (gate)
        {
            if (examples.Count < MaxExamples)
            {
                examples.Add(text);
            }
        }
    }
}
