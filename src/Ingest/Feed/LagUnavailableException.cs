namespace Millwright.Ingest.Feed;

/// <summary>The feeder does not run, or too many ask.</summary>
public sealed class LagUnavailableException()
    : Exception("The feeder does not answer: it has stopped, or too many ask. See /health/ready.");
