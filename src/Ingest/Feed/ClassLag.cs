namespace Millwright.Ingest.Feed;

/// <param name="Class">Which class.</param>
/// <param name="Assets">Assets known.</param>
/// <param name="Behind">Those that the live reader skips.</param>
/// <param name="Lag">Age of the oldest undelivered sample that is known.</param>
public sealed record ClassLag(LaneClass Class, int Assets, int Behind, TimeSpan Lag);
