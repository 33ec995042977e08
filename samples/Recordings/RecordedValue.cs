namespace Millwright.Recordings;

/// <summary>One value of a record, as the twin's history must hold it.</summary>
/// <param name="Number">NaN when the value is text.</param>
public readonly record struct RecordedValue(string Metric, double Number, string? Text = null);
