namespace Millwright.Core.Twins;

/// <summary>
/// Somebody says that the machine is no longer the one that was learned: after maintenance, or because the new normal is right. It is
/// said as a text sample of a reserved metric, through the log like any other: so it has an event time, a late one rewinds, and a replay
/// forgets at the same instant as the live twin did. It has its turn in that instant as every metric has: samples of that very instant
/// belong to the old machine when their metric is before it in the asset's table, and to the new one when it is behind it. One that cannot
/// be taken at its stamp is taken behind the newest sample (TwinEngine.Words.cs).
/// </summary>
public static class BaselineReset
{
    /// <summary>
    /// Name of the reserved text metric. Shown with the others: its value says when and why the baselines were reset last.
    /// </summary>
    public const string Metric = Reserved + "reset";

    /// <summary>How the names of all metrics begin whose samples are words of people on baselines.</summary>
    public const string Reserved = "$baselines.";

    private const char Separator = '\n';

    /// <param name="metrics">Names; empty means all.</param>
    public static string ToText(string reason, IEnumerable<string> metrics) => string.Join(Separator, metrics.Prepend(reason));

    /// <summary>Names of the metrics, empty for all. Any text is a reset: the first line is only told.</summary>
    public static string[] MetricsOf(string text) => text.Split(Separator)[1..];
}
