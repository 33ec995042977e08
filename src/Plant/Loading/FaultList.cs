using System.Collections.Immutable;

namespace Millwright.Plant.Loading;

internal sealed class FaultList
{
    private readonly List<PlantFault> faults = [];

    public bool IsEmpty => faults.Count == 0;

    public int Count => faults.Count;

    public void Add(YamlNode at, string path, string code, string message, string advice = "")
    {
        if (faults.Count >= PlantLimits.MaxFaults)
        {
            return;
        }

        faults.Add(new PlantFault
        {
            File = at.File, Line = at.Line, Column = at.Column, Path = path, Code = code, Message = message, Advice = advice,
        });
    }

    public ImmutableArray<PlantFault> ToSorted() =>
    [
        .. faults.Distinct().OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Column)
            .ThenBy(f => f.Code, StringComparer.Ordinal),
    ];
}
