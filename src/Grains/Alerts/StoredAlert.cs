using Millwright.Alerts;

namespace Millwright.Grains.Alerts;

/// <summary>An alert with its place in the order of arrival; the place is the cursor of lists and of resumable subscriptions.</summary>
public sealed record StoredAlert(long Ordinal, AlertEvent Alert);
