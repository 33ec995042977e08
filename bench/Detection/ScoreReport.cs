using Millwright.Bench.Detection.Nab;
using Millwright.Bench.Detection.Prognosis;
using Millwright.Bench.Detection.Skab;
using Millwright.Bench.Detection.Torque;

namespace Millwright.Bench.Detection;

/// <summary>The JSON report; a set whose folder was not given, or is empty, is absent.</summary>
internal sealed record ScoreReport
{
    public SkabReport? Skab { get; init; }

    public NabReport? Nab { get; init; }

    public CmapssResult? Cmapss { get; init; }

    public BearingResult? Bearings { get; init; }

    public TorqueReport? Torque { get; init; }

    /// <summary>Through the twin of an unconfigured asset; reading is not counted.</summary>
    public double SamplesPerSecondPerCore { get; init; }
}
