namespace Millwright.Core.Twins;

/// <summary>
/// The ordered stage as it was when all samples older than an instant had been observed and none of it.
/// </summary>
/// <param name="Ticks">The instant.</param>
/// <param name="Observed">How many samples had been observed; the difference to now is what a rewind costs.</param>
/// <param name="State">Empty for the beginning.</param>
internal sealed record StageSnapshot(long Ticks, long Observed, byte[] State);
