using Millwright.Core.Detection;
using Millwright.Core.Energy;
using Millwright.Core.History;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>What the engine has to say; the shell drains and clears it after each batch. One object serves many batches.</summary>
public sealed class TwinOutput
{
    /// <summary>What samples have shown, in the order of the instants at which it was found.</summary>
    public List<Anomaly> Anomalies { get; } = [];

    /// <summary>
    /// Late samples have taken the twin back to this instant: what was found at it and after it, and taken from here before, no longer
    /// holds unless it is among <see cref="Anomalies"/> again. Null when nothing was taken back.
    /// </summary>
    public DateTimeOffset? RewoundTo { get; internal set; }

    /// <summary>All that only the clock claims; meaningful when <see cref="IsOverdueChanged"/>.</summary>
    public List<Anomaly> Overdue { get; } = [];

    public bool IsOverdueChanged { get; internal set; }

    /// <summary>Closed and re-issued windows, oldest first per metric and rule.</summary>
    public List<ClosedWindow> Windows { get; } = [];

    /// <summary>Of the ordered stage, before it is known whether they were told before.</summary>
    internal List<ClosedWindow> Staged { get; } = [];

    public List<ClosedInterval> Consumption { get; } = [];

    public List<SealedBlock> Blocks { get; } = [];

    /// <summary>Something for the alert book.</summary>
    public bool HasFindings => Anomalies.Count > 0 || RewoundTo is not null || IsOverdueChanged;

    public bool IsEmpty => !HasFindings && Windows.Count == 0 && Consumption.Count == 0 && Blocks.Count == 0;

    public void ClearFindings()
    {
        Anomalies.Clear();
        Overdue.Clear();
        RewoundTo = null;
        IsOverdueChanged = false;
    }

    public void Clear()
    {
        ClearFindings();
        Windows.Clear();
        Consumption.Clear();
        Blocks.Clear();
    }
}
