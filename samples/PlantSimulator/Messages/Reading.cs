namespace Millwright.Simulation.Messages;

/// <summary>The values that one asset publishes at one instant. Reused from tick to tick.</summary>
internal sealed class Reading
{
    private readonly List<ReadingValue> values = [];

    public IReadOnlyList<ReadingValue> Values => values;

    public void Clear() => values.Clear();

    public void Add(ReadingValue value) => values.Add(value);

    public void Add(string metric, double value) => values.Add(new ReadingValue(metric, Math.Round(value, 4), null));

    public void Add(string metric, string text) => values.Add(new ReadingValue(metric, double.NaN, text));
}

/// <param name="Text">Set for a text metric; <paramref name="Number"/> is then NaN.</param>
internal readonly record struct ReadingValue(string Metric, double Number, string? Text);
