namespace Millwright.Core.Twins;

/// <summary>How one source of a twin stands. <paramref name="Name"/> is empty when nobody named it.</summary>
/// <param name="Newest">Event time of its newest live sample; null before the first.</param>
/// <param name="Lag">How far that is behind the twin's newest.</param>
/// <param name="IsIdle">It is silent for longer than the idle timeout, and not waited for.</param>
/// <param name="IsWaitedFor">The watermark does not pass it.</param>
public readonly record struct SourceStanding(string Name, DateTimeOffset? Newest, TimeSpan Lag, bool IsIdle, bool IsWaitedFor);
