using System.Diagnostics.Metrics;
using Millwright.Silo.Api.Events;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Metrics;

/// <summary>The silo's own figures: what the index holds and who watches it.</summary>
public sealed class SiloInstruments
{
    public SiloInstruments(IMeterFactory meters, FleetIndex index, EventGate gate)
    {
        Meter meter = meters.Create("Millwright.Silo");
        meter.CreateObservableGauge("millwright.fleet.assets", () => Assets(index.Totals()), "{asset}",
            "Assets in the fleet index, by whether they speak.");
        meter.CreateObservableGauge("millwright.fleet.alerting", () => index.Totals().WithAlerts, "{asset}",
            "Assets with an active alert.");
        meter.CreateObservableCounter("millwright.fleet.refused", () => index.Refused, "{asset}",
            "Changes of unmodelled assets that found no room in the index.");
        meter.CreateObservableGauge("millwright.api.subscribers", () => gate.Subscribers, "{subscriber}",
            "Live subscriptions being served.");
    }

    private static Measurement<int>[] Assets(FleetTotals totals) =>
    [
        new(totals.Assets - totals.Silent, new KeyValuePair<string, object?>("state", "speaking")),
        new(totals.Silent, new KeyValuePair<string, object?>("state", "silent")),
    ];
}
