using Millwright.Core.Detection;
using Millwright.Core.Energy;
using Millwright.Core.History;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>What the engine has to say; the shell drains and clears it after each batch. One object serves many batches.</summary>
public sealed class TwinOutput
{
    public List<Anomaly> Anomalies { get; } = [];

    /// <summary>Closed and re-issued windows, oldest first per metric and rule.</summary>
    public List<ClosedWindow> Windows { get; } = [];

    public List<ClosedInterval> Consumption { get; } = [];

    public List<SealedBlock> Blocks { get; } = [];

    public bool IsEmpty => Anomalies.Count == 0 && Windows.Count == 0 && Consumption.Count == 0 && Blocks.Count == 0;

    public void Clear()
    {
        Anomalies.Clear();
        Windows.Clear();
        Consumption.Clear();
        Blocks.Clear();
    }
}
