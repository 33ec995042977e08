namespace Millwright.Plant;

/// <summary>A named band of frequencies.</summary>
/// <param name="Low">In hertz, inclusive.</param>
/// <param name="High">In hertz, exclusive.</param>
public sealed record BlockBand(string Name, double Low, double High);
