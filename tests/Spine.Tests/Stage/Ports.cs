using Millwright.Cli.Drill.Target;

namespace Millwright.Spine.Tests.Stage;

/// <summary>Ports for processes that must be told theirs; another range than a drill's.</summary>
internal static class Ports
{
    private static readonly FreePorts Range = new(26_000, 1_000);

    public static int Take() => Range.TryTake() ?? throw new InvalidOperationException("No port of the tests' range is free.");
}
