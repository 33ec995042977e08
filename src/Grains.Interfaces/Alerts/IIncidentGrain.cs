using Orleans;
using Orleans.Concurrency;

namespace Millwright.Alerts;

/// <summary>
/// All alerts of one cause, with one lifecycle. Key: incident id (chosen by the producer of the first alert, derived from its cause).
/// </summary>
[Alias("millwright.IIncidentGrain")]
public interface IIncidentGrain : IGrainWithStringKey
{
    /// <summary>Adds an alert event; an id that is known is ignored.</summary>
    [Alias("Report")]
    ValueTask ReportAsync(AlertEvent alert);

    [Alias("Acknowledge")]
    ValueTask<IncidentResult> AcknowledgeAsync(IncidentCommand command);

    [Alias("Shelve")]
    ValueTask<IncidentResult> ShelveAsync(IncidentCommand command);

    [Alias("Judge")]
    ValueTask<IncidentResult> JudgeAsync(IncidentCommand command);

    /// <summary>Null when no alert was ever reported under this id.</summary>
    [Alias("Get"), ReadOnly]
    ValueTask<IncidentState?> GetAsync();
}
