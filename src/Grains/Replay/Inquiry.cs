namespace Millwright.Grains.Replay;

/// <summary>What a replay of history found.</summary>
/// <param name="Answer">Null when there is none.</param>
/// <param name="Samples">Replayed; more than <see cref="TwinInquiry.MaxSamples"/> when it was given up.</param>
/// <param name="From">Event time of the oldest sample that history still has; null when it has none.</param>
public sealed record Inquiry<T>(T? Answer, int Samples, DateTimeOffset? From)
    where T : class
{
    public bool IsComplete => Samples <= TwinInquiry.MaxSamples;
}
