namespace Millwright.Cli.Drill.Target;

/// <summary>
/// The model of the drill's own silo. One detector without a memory, one that learns: the first shows that nothing is lost, the second
/// that what was learned comes back bit by bit, since its verdicts depend on it. None judges by the wall clock (silence), because a run
/// with kills and one without differ in that.
/// </summary>
internal static class CanaryPlant
{
    public const string Namespace = "drill";

    public const string Yaml =
        """
        site: { namespace: drill, enterprise: millwright, name: drill }

        types:
          canary:
            metrics:
              pressure: { unit: bar }
              vibration: { unit: mm/s }
              temperature: { unit: Cel }
              power: { unit: kW }
            detectors:
              pressure-high:
                kind: threshold
                metrics: [pressure]
                alert: PressureHigh
                severity: 800
                audiences: [quality]
                parameters: { upper: 100, hysteresis: 10 }
              vibration-outlier:
                kind: robust-z
                metrics: [vibration]
                alert: VibrationOutlier
                severity: 500
                audiences: [quality]
                parameters: { window: 20s, min-samples: 20, max-samples: 128, threshold: 8 }
            windows: [tumbling 10s]

        assets:
          canary-{00000..09999}: { type: canary }
        """;
}
