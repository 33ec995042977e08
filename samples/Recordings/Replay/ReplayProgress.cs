namespace Millwright.Recordings.Replay;

/// <param name="Samples">Values in the messages; the samples of a curve are not counted one by one.</param>
public sealed record ReplayProgress(long Messages, long Samples, int Assets, DateTimeOffset? FirstEventTime, DateTimeOffset? LastEventTime);
