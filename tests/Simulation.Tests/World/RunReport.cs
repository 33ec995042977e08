namespace Millwright.Simulation.Tests.World;

/// <summary>How a run ended. Without failures it passed.</summary>
internal sealed record RunReport(RunOptions Options, Trace Trace, IReadOnlyList<string> Failures, Coverage Coverage)
{
    public bool Passed => Failures.Count == 0;

    public override string ToString() => Passed
        ? $"seed {Options.Seed}: passed"
        : $"seed {Options.Seed}: {string.Join('\n', Failures)}\ntrace (newest last):\n{Trace}";
}
