namespace Millwright.Simulation.Faults;

public static class FaultSchedule
{
    /// <summary>How far ahead the demo has faults planned; afterwards the plant stays healthy.</summary>
    public static readonly TimeSpan Horizon = TimeSpan.FromDays(7);

    private static readonly TimeSpan Opening = TimeSpan.FromMinutes(8);

    private static readonly (string Asset, FaultKind Kind, string Metric)[] Candidates =
    [
        ("pump-01", FaultKind.Cavitation, ""),
        ("pump-02", FaultKind.Cavitation, ""),
        ("pump-03", FaultKind.BearingWear, ""),
        ("motor-01", FaultKind.BearingWear, ""),
        ("motor-02", FaultKind.BearingWear, ""),
        ("motor-03", FaultKind.BearingWear, ""),
        ("cnc-02", FaultKind.BearingWear, ""),
        ("screw-01", FaultKind.LooseJoint, ""),
        ("screw-02", FaultKind.LooseJoint, ""),
        ("meter-air", FaultKind.AirLeak, ""),
        ("compressor-02", FaultKind.CompressorIdling, ""),
        ("hx-01", FaultKind.DeadSensor, "hot_outlet_temperature"),
        ("press-02", FaultKind.DeadSensor, "oil_temperature"),
        ("meter-gas", FaultKind.SilentSensor, ""),
        ("meter-water", FaultKind.SilentSensor, ""),
        ("gw-coolant", FaultKind.DeadGateway, ""),
    ];

    /// <summary>
    /// The opening shows a visitor every audience and most detectors within two minutes; after it one fault every two to six minutes,
    /// drawn from the seed.
    /// </summary>
    public static IReadOnlyList<Fault> Demo(ulong seed) => [.. OpeningFaults(), .. LaterFaults(seed)];

    private static IEnumerable<Fault> OpeningFaults()
    {

        // From the first second: a minute of consumption counts as idle when nine tenths of it are, and with a later start the minute in
        // which the demo begins would not; idle waste could then come after the two minutes that a visitor is promised.
        yield return Planned("compressor-02", FaultKind.CompressorIdling, start: 0, duration: 305, ramp: 1);
        yield return Planned("hx-01", FaultKind.DeadSensor, start: 30, duration: 200) with { Metric = "hot_outlet_temperature" };
        yield return Planned("pump-02", FaultKind.Cavitation, start: 35, duration: 180, ramp: 15);
        yield return Planned("screw-01", FaultKind.LooseJoint, start: 40, duration: 75, ramp: 10);
        yield return Planned("meter-gas", FaultKind.SilentSensor, start: 50, duration: 90);
        yield return Planned("meter-air", FaultKind.AirLeak, start: 60, duration: 240, ramp: 8);
        yield return Planned("motor-01", FaultKind.BearingWear, start: 70, duration: 330, ramp: 200);
        yield return Planned("gw-coolant", FaultKind.DeadGateway, start: 150, duration: 60);
    }

    private static IEnumerable<Fault> LaterFaults(ulong seed)
    {
        var noise = new Noise(seed);
        ulong stream = Noise.StreamOf("schedule", "faults");
        var busyUntil = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        TimeSpan at = Opening;
        for (long n = 0; at < Horizon; n++)
        {
            (string asset, FaultKind kind, string metric) = Candidates[(int)(noise.Uniform(stream, 4 * n) * Candidates.Length)];
            double seconds = Length(kind) * (0.8 + (0.4 * noise.Uniform(stream, (4 * n) + 1)));
            if (busyUntil.GetValueOrDefault(asset) <= at)
            {
                Fault fault = Planned(asset, kind, at.TotalSeconds, Math.Round(seconds), Ramp(kind)) with { Metric = metric };
                busyUntil[asset] = fault.End + TimeSpan.FromMinutes(2);
                yield return fault;
            }

            at += TimeSpan.FromSeconds(Math.Round(120 + (240 * noise.Uniform(stream, (4 * n) + 2))));
        }
    }

    private static double Length(FaultKind kind) => kind switch
    {
        FaultKind.BearingWear => 420,
        FaultKind.SilentSensor or FaultKind.DeadGateway => 75,
        FaultKind.LooseJoint => 100,
        _ => 240,
    };

    private static double Ramp(FaultKind kind) => kind switch
    {
        FaultKind.BearingWear => 240,
        FaultKind.Cavitation => 20,
        FaultKind.LooseJoint or FaultKind.AirLeak => 10,
        _ => 0,
    };

    private static Fault Planned(string asset, FaultKind kind, double start, double duration, double ramp = 0) => new()
    {
        Asset = asset,
        Kind = kind,
        Start = TimeSpan.FromSeconds(start),
        Duration = TimeSpan.FromSeconds(duration),
        Ramp = TimeSpan.FromSeconds(ramp),
    };
}
