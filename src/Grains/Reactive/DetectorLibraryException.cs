namespace Millwright.Detectors;

/// <summary>Detectors of the operator's own cannot be used; the message says which and why.</summary>
public sealed class DetectorLibraryException(string message) : Exception(message);
