namespace Millwright.Core.Twins;

/// <summary>From this instant of event time on, the mode of a detector.</summary>
public readonly record struct DetectorPhase(DateTimeOffset From, DetectorMode Mode);
