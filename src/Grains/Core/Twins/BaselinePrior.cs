namespace Millwright.Core.Twins;

/// <summary>
/// Somebody says what a machine is likely to be like that has learned nothing yet, because its peers are. Like a reset
/// (<see cref="BaselineReset"/>) it is a text sample of a reserved metric, through the log like any other, so that a replay believes the
/// same at the same instant. The text is that of <see cref="Peers.PriorText"/>; one that is not is a rejected sample.
/// </summary>
public static class BaselinePrior
{
    /// <summary>Name of the reserved text metric. Shown with the others: its value is the last prior that was adopted.</summary>
    public const string Metric = "$baselines.prior";
}
