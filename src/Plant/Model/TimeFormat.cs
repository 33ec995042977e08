namespace Millwright.Plant;

public enum TimeFormat
{
    /// <summary>A string is ISO 8601; a number is s, ms, µs or ns since the Unix epoch by its size.</summary>
    Auto,
    Iso8601,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}
