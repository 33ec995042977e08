namespace Millwright.Plant.Loading;

/// <summary>How entries of one kind are read.</summary>
internal sealed record EntryReader<T>(Func<Section, string, T?, T> Read, Func<T, string> NameOf, int Limit)
    where T : class
{
    /// <summary>Turns a compact form (text) into the mapping it stands for; others pass through.</summary>
    public Func<YamlNode, YamlNode> Expand { get; init; } = node => node;
}
