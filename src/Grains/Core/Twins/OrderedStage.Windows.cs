using Millwright.Core.Watermarks;
using Millwright.Core.Windows;

namespace Millwright.Core.Twins;

/// <summary>Windows where order or operating state matters: they see a sample before detectors do.</summary>
internal sealed partial class OrderedStage
{
    /// <summary>Appends the windows of a metric that are open, and the present ones of those with a result at each sample.</summary>
    public void CollectPresent(int metric, List<ClosedWindow> present) => windows?.CollectPresent(metric, present);

    /// <summary>It was issued and taken back: should it be open again, its next result comes after that revision.</summary>
    public void TakeBack(in IssuedWindow gone) => windows?.TakeBack(gone);

    private void Gather(in HeldSample sample)
    {
        if (windows is not null && sample.Text is null)
        {
            windows.Observe(sample.Metric, sample.Ticks, sample.Value, State.Current);
        }
    }
}
