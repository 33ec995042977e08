using Millwright.Cli.Drill.Verdict;

namespace Millwright.Cli.Drill;

/// <summary>The drill's result. Names are part of the tool's contract.</summary>
internal sealed record DrillReport
{
    public required int Kills { get; init; }

    public required long Lost { get; init; }

    public required long Doubled { get; init; }

    public required long MissingAlerts { get; init; }

    public required long SurplusAlerts { get; init; }

    /// <summary>Expected alerts that a lasting MQTT session never got.</summary>
    public required long MissingAnnouncements { get; init; }

    /// <summary>Arrivals of an alert that had come before. No fault: alerts are told at least once.</summary>
    public required long RepeatedAnnouncements { get; init; }

    /// <summary>Times that the silo ended though nobody had killed it.</summary>
    public required int Crashes { get; init; }

    public required long SurplusSamples { get; init; }

    public required long Alerts { get; init; }

    public required long ExpectedAlerts { get; init; }

    /// <summary>Pressure faults that began and ended in the stream; each is an alert raised and one cleared.</summary>
    public required long PlannedFaults { get; init; }

    public required bool FatesAddUp { get; init; }

    public required long Late { get; init; }

    /// <summary>Acknowledged samples; each was looked for in history.</summary>
    public required long Acknowledged { get; init; }

    public required long Duplicates { get; init; }

    /// <summary>Samples sent once more because no answer had come.</summary>
    public required long Resent { get; init; }

    public required double SamplesPerSecond { get; init; }

    /// <summary>From the kill to the first alert whose event time lies after it.</summary>
    public required Quantiles RecoveryMs { get; init; }

    public required Quantiles ReadyMs { get; init; }

    /// <summary>From the kill to the first acknowledgement over a new connection.</summary>
    public required Quantiles AcknowledgedMs { get; init; }

    /// <summary>From event time to arrival over MQTT, downtime included.</summary>
    public required Quantiles AlertDelayMs { get; init; }

    /// <summary>Kills that came before the one before them was recovered from; these have no recovery time.</summary>
    public required int Interrupted { get; init; }

    public required bool Drained { get; init; }

    public required ulong Seed { get; init; }

    public required int Assets { get; init; }

    public required double Seconds { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>An empty expectation proves nothing, so it fails too.</summary>
    public bool Passed => Lost == 0 && Doubled == 0 && MissingAlerts == 0 && SurplusAlerts == 0 && SurplusSamples == 0
        && MissingAnnouncements == 0 && Crashes == 0 && FatesAddUp && Drained && Acknowledged > 0 && ExpectedAlerts >= 2 * PlannedFaults;
}
