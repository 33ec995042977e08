namespace Millwright.Core.Alerting;

/// <summary>How one finding is taken back out of the book: the steps are undone newest first.</summary>
/// <param name="FoundAt">Event time to which it was known.</param>
/// <param name="AlertId">Null when the finding was suppressed.</param>
/// <param name="Place">-1 for a beginning; for an end, where in the list of active alerts it stood.</param>
/// <param name="Episode">Of the alert's category before the finding.</param>
internal readonly record struct AlertUndo(long FoundAt, string? AlertId, int Place, IncidentEpisodes.Episode Episode);
