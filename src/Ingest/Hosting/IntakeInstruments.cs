using System.Diagnostics.Metrics;
using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Payloads;

namespace Millwright.Ingest.Hosting;

/// <summary>What came in, and what became of it before the log. With the fates that twins count, nothing is left unaccounted.</summary>
public sealed class IntakeInstruments
{
    private long messages;
    private long samples;
    private long quarantined;
    private long unmapped;
    private long refused;

    public IntakeInstruments(IMeterFactory meters)
    {
        Meter meter = meters.Create(MqttInstruments.MeterName);
        meter.CreateObservableCounter("millwright.intake.messages", () => Messages, "{message}", "Messages received by all listeners");
        meter.CreateObservableCounter("millwright.intake.samples", () => Samples, "{sample}", "Samples decoded and appended to the log");
        meter.CreateObservableCounter("millwright.intake.quarantined", () =>
            Quarantined, "{message}", "Messages that went to quarantine, whole or in part");
        meter.CreateObservableCounter("millwright.intake.unmapped", () =>
            Unmapped, "{message}", "Messages on topics that are not telemetry");
        meter.CreateObservableCounter("millwright.intake.refused", () =>
            Refusals, "{message}", "Messages refused because the log could not take them");
    }

    public long Messages => Interlocked.Read(ref messages);

    public long Samples => Interlocked.Read(ref samples);

    public long Quarantined => Interlocked.Read(ref quarantined);

    public long Unmapped => Interlocked.Read(ref unmapped);

    public long Refusals => Interlocked.Read(ref refused);

    internal void Received(in DecodeResult result)
    {
        Interlocked.Increment(ref messages);
        Interlocked.Add(ref samples, result.Samples);
        switch (result.Outcome)
        {
            case DecodeOutcome.Unmapped:
                Interlocked.Increment(ref unmapped);
                break;
            case DecodeOutcome.Partial or DecodeOutcome.Rejected:
                Interlocked.Increment(ref quarantined);
                break;
        }
    }

    internal void Refused() => Interlocked.Increment(ref refused);
}
