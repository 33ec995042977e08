namespace Millwright.Silo.Storage.Verify;

/// <summary>How much was looked at.</summary>
public sealed class VerifyCounts
{
    public long Assets { get; set; }

    public long Snapshots { get; set; }

    public long Blocks { get; set; }

    public long Samples { get; set; }

    public long Windows { get; set; }

    public long Hours { get; set; }

    public long Alerts { get; set; }

    public long States { get; set; }
}
