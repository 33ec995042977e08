using Millwright.Twins;

namespace Millwright.Silo.Fleet;

/// <summary>Sums over all twins: each sample's fate (law 5), and how many twins speak.</summary>
public sealed record FleetTotals
{
    public int Assets { get; init; }

    public int Modelled { get; init; }

    /// <summary>Never heard of, or silent for longer than their idle timeout.</summary>
    public int Silent { get; init; }

    public int WithAlerts { get; init; }

    public SampleFates Fates { get; init; }

    internal FleetTotals Plus(FleetEntry entry, DateTimeOffset now)
    {
        SampleFates fates = entry.State?.Fates ?? default;
        return new FleetTotals
        {
            Assets = Assets + 1,
            Modelled = Modelled + (entry.Definition is null ? 0 : 1),
            Silent = Silent + (entry.State is null || now >= Freshness.IdleAt(entry.State, entry.Time) ? 1 : 0),
            WithAlerts = WithAlerts + (entry.State is { ActiveAlerts.IsEmpty: false } ? 1 : 0),
            Fates = new SampleFates
            {
                Accepted = Fates.Accepted + fates.Accepted,
                Amended = Fates.Amended + fates.Amended,
                Duplicate = Fates.Duplicate + fates.Duplicate,
                Dropped = Fates.Dropped + fates.Dropped,
                Rejected = Fates.Rejected + fates.Rejected,
            },
        };
    }
}
