using System.Collections.Immutable;
using Millwright.Core.Twins;
using Millwright.Telemetry;

namespace Millwright.Grains.Twins;

/// <summary>Follows the runs of a batch's sources beside its samples, and asks the engine for an index once a run.</summary>
public struct SourceCursor(TwinEngine engine, ImmutableArray<SourceRun> runs)
{
    private int next;
    private int source;
    private bool isFound;

    /// <summary>Positions must not go back.</summary>
    public int At(long position)
    {
        string? name = isFound ? null : "";
        while (!runs.IsDefault && next < runs.Length && runs[next].Position <= position)
        {
            name = runs[next++].Source;
        }

        if (name is not null)
        {
            source = engine.SourceIndex(name);
            isFound = true;
        }

        return source;
    }
}
