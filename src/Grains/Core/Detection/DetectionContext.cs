namespace Millwright.Core.Detection;

/// <summary>
/// What holds at an observation besides its value. <paramref name="OperatingState"/> is the state's name, <c>unknown</c> when no
/// condition holds.
/// </summary>
public readonly record struct DetectionContext(string OperatingState, DateTimeOffset Watermark);
