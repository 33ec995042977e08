namespace Millwright.Plant.Tests.Loading;

internal static class PlantSamples
{
    /// <summary>Uses every key of every section (a test checks that), behind <see cref="PlantText.Site"/>.</summary>
    public const string Complete = """
        settings: { acceptUnmodelled: false, deviceNamespace: acme.tb }
        types:
          base:
            description: a base
            metrics: { power: { unit: kW, min: 0, max: 50, every: 1s }, mode: { text: true } }
            states: { running: { when: [power > 5, 'mode == "auto"'], running: true }, idle: { when: power > 0.4, idle: true }, stopped: {} }
            time: { disorder: 2s, allowedLateness: 1h, maxClockSkew: PT1M, idleTimeout: 30s }
          mill: { extends: base }
        assets:
          mill-1:
            type: mill
            name: Mill one
            location: { enterprise: e2, site: s2, area: a1, line: l1, cell: c1 }
            criticality: 5
            gateway: gw-1
            attributes: { maker: ACME, year: 1999 }
            metrics: { mode: { off: true }, temperature: { unit: Cel } }
            detectors:
              hot:
                kind: threshold
                metrics: [temperature]
                alert: TooHot
                severity: 900
                audiences: [quality, maintenance]
                category: process
                states: [running]
                parameters: { upper: 80, dwell: 10s }
                recommendation: Cool it.
                version: 2
                off: false
            states: { running: power > 6 }
            meters:
              energy:
                metric: power
                medium: electricity
                unit: kWh
                counter: false
                scale: 1
                maxGap: 5m
                idleBenchmark: 0.5
                benchmarkOrigin: audit 2024
                idleAfter: 5m
                price: 0.2
                currency: CHF
                co2: 0.3
            windows: [tumbling 10s, hopping 1m by 10s, session 30s, { kind: hopping, size: 2m, hop: 30s, metrics: power }, { kind: session, gap: 30s },
              tumbling 1h by state, hopping 1m by 10s by state, count every 50, state running, { kind: sliding, size: 5m, states: [running], aggregates: [rms, p99.9] },
              { kind: count, samples: 100, every: true }]
        lines:
          a1/l1: { name: Line one, steps: { screw: { severity: 800, limits: { torque: { unit: N.m, lower: 7, upper: 9 } } } } }
        rules:
          shop:
            topic: plant/{line}/{asset}/{rest*}
            asset: acme.lyon:{asset}
            items: /samples
            time: /t
            timeFormat: us
            value: /v
            metric: "{rest}"
            quality: /q
            historical: /h
            unit: "{/serial}"
            step: "{/step}"
          flat: { topic: flat/+, asset: "acme.lyon:{/id}", values: "", ignore: [id], rename: { tmp: temperature } }
          odd: { topic: odd/#, asset: "acme.lyon:odd", fields: { temperature: /a/0/b } }
        """;
}
