using Millwright.Ingest.Hosting;
using Millwright.Ingest.Log;
using Millwright.Ingest.Payloads;
using Millwright.Silo.Api;

namespace Millwright.Silo.Hosting;

/// <summary>Telemetry over HTTP goes the way of every other listener's.</summary>
internal sealed class HttpInlet(TelemetryIntake intake) : ITelemetryInlet
{
    public async ValueTask<InletReceipt> AcceptAsync(
        string topic, ReadOnlyMemory<byte> payload, string source, CancellationToken cancellationToken)
    {
        try
        {
            IntakeResult result = await intake.AcceptAsync(topic, payload, source, cancellationToken);
            return result.Decoded.Outcome switch
            {
                DecodeOutcome.Unmapped => new InletReceipt
                {
                    Outcome = InletOutcome.Unmapped,
                    Code = "topic.unmapped",
                    Detail = "No rule and no dialect knows the topic.",
                },
                _ => new InletReceipt
                {
                    Outcome = result.Code is null ? InletOutcome.Accepted : InletOutcome.Quarantined,
                    Position = result.Position,
                    Samples = result.Decoded.Samples,
                    Code = result.Code,
                    Detail = result.Detail,
                },
            };
        }
        catch (LogUnavailableException fault)
        {
            return new InletReceipt
            {
                Outcome = InletOutcome.Refused,
                Code = fault.Code,
                Detail = fault.Message,
                RetryAfter = fault.RetryAfter,
            };
        }
    }
}
