namespace Millwright.Core.Watermarks;

/// <summary>A sample that waits for its turn. <paramref name="Text"/> is null for numbers.</summary>
internal readonly record struct HeldSample(long Ticks, int Metric, double Value, string? Text);
