using System.Diagnostics.Metrics;

namespace Millwright.Silo.Storage;

public sealed class QuarantineInstruments
{
    public QuarantineInstruments(IMeterFactory meters)
    {
        Meter meter = meters.Create("Millwright.Silo");
        Expired = meter.CreateCounter<long>("millwright.quarantine.expired", "{message}", "Messages that went for age or for room.");
        Damaged = meter.CreateCounter<long>("millwright.quarantine.damaged", "{message}", "Rows read whose checksum differs.");
    }

    internal Counter<long> Expired { get; }

    internal Counter<long> Damaged { get; }
}
