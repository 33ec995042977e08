namespace Millwright.Cli.Drill;

/// <summary>The drill cannot go on; its message says why, for a person.</summary>
internal sealed class DrillException(string message, Exception? cause = null) : Exception(message, cause);
