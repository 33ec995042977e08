namespace Millwright.Recordings;

/// <summary>
/// A curve inside a record. The engine keeps <c>Name.max</c>, <c>Name.mean</c> and <c>Name.last</c> of it, or what the plant model derives.
/// </summary>
public sealed record RecordedBlock(string Name, IReadOnlyList<double> Samples);
