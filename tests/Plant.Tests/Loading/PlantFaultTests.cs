using Millwright.Plant;

namespace Millwright.Plant.Tests.Loading;

public class PlantFaultTests
{
    private const string Metric = "metrics: { m: {}, t: { text: true } }, ";

    [Theory]
    // Keys.
    [InlineData("asets: {}", "plant.key.unknown", "asets", "Did you mean 'assets'?")]
    [InlineData("assets: { a: { typ: pump } }", "plant.key.unknown", "assets.a.typ", "Did you mean 'type'?")]
    [InlineData("assets: { a: { metrics: { m: { unt: bar } } } }", "plant.key.unknown", "assets.a.metrics.m.unt", "Did you mean 'unit'?")]
    [InlineData("assets: { a: { location: { rea: x } } }", "plant.key.unknown", "assets.a.location.rea", "Did you mean 'area'?")]
    [InlineData("assets: { a: {}, a: {} }", "plant.key.duplicate", "a", "Keep one")]
    [InlineData("site: { namespace: again }", "plant.key.duplicate", "site", "Keep one")]
    [InlineData("assets: { acme.lyon:a: {}, a: {} }", "plant.asset.duplicate", "assets.a", "Keep one")]
    [InlineData("assets: { 'x-{0..2}': {}, x-1: {} }", "plant.asset.duplicate", "assets.x-1", "Keep one")]
    // Types of values.
    [InlineData("assets: [a, b]", "plant.value.type", "assets", "Write one 'name:'")]
    [InlineData("assets: { a: pump }", "plant.value.type", "assets.a", "Write 'key: value'")]
    [InlineData("assets: { a: { type: [pump] } }", "plant.value.type", "assets.a.type", "")]
    [InlineData("assets: { a: { criticality: high } }", "plant.value.type", "assets.a.criticality", "Write it without unit")]
    [InlineData("assets: { a: { criticality: 2.5 } }", "plant.value.type", "assets.a.criticality", "")]
    [InlineData("assets: { a: { metrics: { m: { min: 5bar } } } }", "plant.value.type", "assets.a.metrics.m.min", "without unit")]
    [InlineData("assets: { a: { metrics: { m: { min: .inf } } } }", "plant.value.type", "assets.a.metrics.m.min", "")]
    [InlineData("assets: { a: { metrics: { m: { text: yes } } } }", "plant.value.type", "assets.a.metrics.m.text", "")]
    [InlineData("settings: { acceptUnmodelled: 'true' }", "plant.value.type", "settings.acceptUnmodelled", "")]
    // Ranges.
    [InlineData("assets: { a: { criticality: 6 } }", "plant.value.range", "assets.a.criticality", "From 1 to 5")]
    [InlineData("assets: { a: { metrics: { m: { min: 5, max: 5 } } } }", "plant.value.range", "assets.a.metrics.m.min", "")]
    [InlineData("assets: { a: { metrics: { m: { min: 5, text: true } } } }", "plant.value.range", "assets.a.metrics.m.text", "")]
    [InlineData("assets: { a: { detectors: { d: { kind: stuck, severity: 1001 } } } }", "plant.value.range",
        "assets.a.detectors.d.severity", "From 1 to 1000")]
    [InlineData("assets: { a: { detectors: { d: { kind: stuck, severity: 0 } } } }", "plant.value.range", "assets.a.detectors.d.severity",
        "")]
    [InlineData("assets: { a: { time: { disorder: 2h } } }", "plant.value.range", "assets.a.time.disorder", "")]
    [InlineData("assets: { a: { time: { idleTimeout: 10ms } } }", "plant.value.range", "assets.a.time.idleTimeout", "")]
    // Durations.
    [InlineData("assets: { a: { time: { disorder: 10 } } }", "plant.duration.invalid", "assets.a.time.disorder",
        "Write a number with its unit")]
    [InlineData("assets: { a: { time: { disorder: ten seconds } } }", "plant.duration.invalid", "assets.a.time.disorder", "")]
    [InlineData("assets: { a: { time: { disorder: P1M } } }", "plant.duration.invalid", "assets.a.time.disorder", "")]
    [InlineData("assets: { a: { metrics: { m: { every: 5 s } } } }", "plant.duration.invalid", "assets.a.metrics.m.every", "")]
    // Names and references.
    [InlineData("assets: { 'a/b': {} }", "plant.name.invalid", "assets.a/b", "namespace:name")]
    [InlineData("assets: { '9bad:x': {} }", "plant.name.invalid", "assets.9bad:x", "")]
    [InlineData("assets: { a: { location: { line: l/1 } } }", "plant.name.invalid", "assets.a.location.line", "")]
    [InlineData("assets: { a: { type: pmp } }", "plant.reference.unknown", "assets.a.type", "Did you mean 'pump'?")]
    [InlineData("types: { t: { extends: motr } }", "plant.reference.unknown", "types.t.extends", "Did you mean 'motor'?")]
    [InlineData("types: { t: { extends: u }, u: { extends: t } }", "plant.type.cycle", "types.u.extends", "Break")]
    [InlineData("types: { t: { extends: t } }", "plant.type.cycle", "types.t.extends", "Break")]
    [InlineData("assets: { a: { " + Metric + "detectors: { d: { kind: stuck, metrics: [n] } } } }", "plant.reference.unknown",
        "assets.a.detectors.d.metrics", "")]
    [InlineData("assets: { a: { " + Metric + "detectors: { d: { kind: stuck, states: [on] } } } }", "plant.reference.unknown",
        "assets.a.detectors.d.states", "")]
    [InlineData("assets: { a: { " + Metric + "meters: { d: { metric: x, medium: gas, unit: m3 } } } }", "plant.reference.unknown",
        "assets.a.meters.d.metric", "")]
    [InlineData("assets: { a: { " + Metric + "meters: { d: { metric: t, medium: gas, unit: m3 } } } }", "plant.value.type",
        "assets.a.meters.d.metric", "")]
    [InlineData("assets: { a: { " + Metric + "windows: [{ kind: tumbling, size: 1s, metrics: [x] }] } }", "plant.reference.unknown",
        "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { type: pump, metrics: { flow: { off: true } } } }", "plant.reference.unknown",
        "assets.a.detectors.unusual-value.metrics", "")]
    [InlineData("assets: { a: { type: pump, detectors: { silnce: { off: true } } } }", "plant.reference.unknown",
        "assets.a.detectors.silnce.off", "Did you mean 'silence'?")]
    // Detectors.
    [InlineData("assets: { a: { detectors: { d: {} } } }", "plant.key.missing", "assets.a.detectors.d.kind", "Possible:")]
    [InlineData("assets: { a: { detectors: { d: { kind: treshold } } } }", "plant.value.choice", "assets.a.detectors.d.kind",
        "Did you mean 'threshold'?")]
    [InlineData("assets: { a: { detectors: { d: { kind: stuck, audiences: [ops] } } } }", "plant.value.choice",
        "assets.a.detectors.d.audiences", "")]
    [InlineData("assets: { a: { detectors: { d: { kind: stuck, audiences: [] } } } }", "plant.value.range",
        "assets.a.detectors.d.audiences", "")]
    [InlineData("assets: { a: { detectors: { d: { kind: stuck, category: mechanics } } } }", "plant.value.choice",
        "assets.a.detectors.d.category", "")]
    [InlineData("assets: { a: { detectors: { d: { kind: stuck, alert: not pascal } } } }", "plant.name.invalid",
        "assets.a.detectors.d.alert", "Write 'NotPascal'")]
    [InlineData("assets: { a: { detectors: { d: { kind: stuck, parameters: { samples: many } } } } }", "plant.value.type",
        "assets.a.detectors.d.parameters.samples", "")]
    // States.
    [InlineData("assets: { a: { " + Metric + "states: { s: m } } }", "plant.condition.invalid", "assets.a.states.s.when[0]",
        "Write 'metric > 5'")]
    [InlineData("assets: { a: { " + Metric + "states: { s: m > } } }", "plant.condition.invalid", "assets.a.states.s.when[0]", "")]
    [InlineData("assets: { a: { " + Metric + "states: { s: t > open } } }", "plant.condition.invalid", "assets.a.states.s.when[0]", "")]
    [InlineData("assets: { a: { " + Metric + "states: { s: m == open } } }", "plant.value.type", "assets.a.states.s.when", "")]
    [InlineData("assets: { a: { " + Metric + "states: { s: { running: true, idle: true } } } }", "plant.value.choice",
        "assets.a.states.s.idle", "")]
    // Meters and windows.
    [InlineData("assets: { a: { " + Metric + "meters: { e: { metric: m, unit: kWh } } } }", "plant.key.missing",
        "assets.a.meters.e.medium", "Possible:")]
    [InlineData("assets: { a: { " + Metric + "meters: { e: { metric: m, unit: kWh, medium: power } } } }", "plant.value.choice",
        "assets.a.meters.e.medium", "")]
    [InlineData("assets: { a: { " + Metric + "meters: { e: { metric: m, unit: kWh, medium: gas, price: -1 } } } }", "plant.value.range",
        "assets.a.meters.e.price", "")]
    [InlineData("assets: { a: { windows: [rolling 10s] } }", "plant.window.invalid", "assets.a.windows[0]", "E.g.")]
    [InlineData("assets: { a: { windows: [hopping 1m by 7s] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [tumbling 8d] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [session 10ms] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [hopping 10s by 1ms] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: session, size: 1s, gap: 1s }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [sliding 1ms] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [count 0] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [count 100001] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [state a b] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [session 5s by state] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: sliding, size: 1m, hop: 1s }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: count, samples: 5, size: 1m }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: state, gap: 1s }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: tumbling, size: 1m, samples: 5 }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: tumbling, size: 1m, states: [x] }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: sliding, size: 1m, aggregates: [median] }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: sliding, size: 1m, aggregates: [p100] }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: tumbling, size: 1m, aggregates: [time-weighted-mean] }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [{ kind: sliding, size: 1m, aggregates: [p1, p2, p3, p4, p5, p6, p7, p8, p9] }] } }", "plant.window.invalid", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { windows: [session 30s, session 5s] } }", "plant.window.clash", "assets.a.windows[1]", "metrics")]
    [InlineData("assets: { a: { windows: [hopping 1h by 5m, { kind: hopping, size: 1h, hop: 10m, aggregates: [rms] }] } }",
        "plant.window.clash", "assets.a.windows[1]", "")]
    [InlineData("assets: { a: { windows: [hopping 1h by 5m by state, hopping 1h by 10m by state] } }",
        "plant.window.clash", "assets.a.windows[1]", "")]
    [InlineData("assets: { a: { windows: [{ kind: tumbling, size: 10s, aggregates: [p1, p2, p3, p4, p5] }, "
        + "{ kind: tumbling, size: 10s, aggregates: [p5, p6, p7, p8, p9] }] } }", "plant.window.clash", "assets.a.windows[1]", "")]
    [InlineData("assets: { a: { windows: [state sleeping] } }", "plant.reference.unknown", "assets.a.windows[0]", "")]
    [InlineData("assets: { a: { type: pump, windows: [{ kind: sliding, size: 1m, states: [running], aggregates: [counter-rate] }] } }",
        "plant.window.invalid", "assets.a.windows[0]", "")]
    // Ranges of assets.
    [InlineData("assets: { 'x-{5..1}': {} }", "plant.asset.range", "assets.x-{5..1}", "E.g.")]
    [InlineData("assets: { 'x-{a..b}': {} }", "plant.asset.range", "assets.x-{a..b}", "")]
    [InlineData("assets: { 'x-{0..100000}': {} }", "plant.asset.range", "assets.x-{0..100000}", "")]
    // Lines.
    [InlineData("lines: { a/b/c/d: {} }", "plant.name.invalid", "lines.a/b/c/d", "")]
    [InlineData("lines: { l: { steps: { s: { limits: { p: {} } } } } }", "plant.key.missing", "lines.l.steps.s.limits.p.upper", "")]
    [InlineData("lines: { l: { steps: { s: { limits: { p: { lower: 2, upper: 1 } } } } } }", "plant.value.range",
        "lines.l.steps.s.limits.p.lower", "Swap")]
    // Rules.
    [InlineData("rules: { r: { asset: 'a:b', value: /v, metric: m } }", "plant.key.missing", "rules.r.topic", "")]
    [InlineData("rules: { r: { topic: x, asset: 'a:b' } }", "plant.rule.invalid", "rules.r.value", "")]
    [InlineData("rules: { r: { topic: x, asset: 'a:b', value: /v, values: /w, metric: m } }", "plant.rule.invalid", "rules.r.value", "")]
    [InlineData("rules: { r: { topic: x, asset: 'a:b', value: /v } }", "plant.rule.invalid", "rules.r.metric", "")]
    [InlineData("rules: { r: { topic: x, asset: 'a:b', values: /v, unit: '{/u}' } }", "plant.rule.invalid", "rules.r.step", "")]
    [InlineData("rules: { r: { topic: 'x/#/y', asset: 'a:b', values: /v } }", "plant.topic.invalid", "rules.r.topic", "Levels")]
    [InlineData("rules: { r: { topic: 'x/a+', asset: 'a:b', values: /v } }", "plant.topic.invalid", "rules.r.topic", "")]
    [InlineData("rules: { r: { topic: 'x/{a}/{a}', asset: 'a:b', values: /v } }", "plant.topic.invalid", "rules.r.topic", "")]
    [InlineData("rules: { r: { topic: 'x/{a*}/y', asset: 'a:b', values: /v } }", "plant.topic.invalid", "rules.r.topic", "")]
    [InlineData("rules: { r: { topic: 'x/{asset}', asset: 'a:{aset}', values: /v } }", "plant.reference.unknown", "rules.r.asset",
        "Did you mean 'asset'?")]
    [InlineData("rules: { r: { topic: x, asset: 'a:{', values: /v } }", "plant.template.invalid", "rules.r.asset", "")]
    [InlineData("rules: { r: { topic: x, asset: nocolon, values: /v } }", "plant.name.invalid", "rules.r.asset", "")]
    [InlineData("rules: { r: { topic: x, asset: 'a:b', values: $.v } }", "plant.pointer.invalid", "rules.r.values", "E.g. /v")]
    [InlineData("rules: { r: { topic: x, asset: 'a:b', values: /v~2 } }", "plant.pointer.invalid", "rules.r.values", "")]
    [InlineData("rules: { r: { topic: x, asset: 'a:b', fields: { t: temp } } }", "plant.pointer.invalid", "rules.r.fields.t", "")]
    [InlineData("rules: { r: { topic: x, asset: 'a:b', values: /v, timeFormat: unix } }", "plant.value.choice", "rules.r.timeFormat",
        "Possible:")]
    // YAML.
    [InlineData("assets: { a: ", "yaml.invalid", "", "")]
    [InlineData("assets: {a: {}}\n\tx: 1", "yaml.invalid", "", "")]
    [InlineData("assets: &x {}\ntypes: *x", "yaml.alias", "", "'extends'")]
    [InlineData("? [a]\n: 1", "plant.key.unknown", "", "")]
    [InlineData("- a", "yaml.invalid", "", "")]
    public void Load_NamesTheFaultItsPlaceAndAdvice_WhenSomethingIsWrong(string yaml, string code, string path, string advice)
    {
        PlantLoadResult result = PlantText.Load(yaml);

        Assert.Null(result.Model);
        PlantFault? fault = result.Faults.FirstOrDefault(f => f.Code == code && f.Path == path);
        Assert.True(fault is not null, $"expected {code} at '{path}', found:\n{string.Join('\n', result.Faults)}");
        Assert.Contains(advice, fault.Advice, StringComparison.Ordinal);
        Assert.Equal("plant.yaml", fault.File);
        Assert.True(fault.Line >= 1 && fault.Column >= 1);
    }

    [Fact]
    public void Load_PointsAtTheValue_WhenItIsWrong()
    {
        const string Yaml = """
            site: { namespace: acme.lyon }
            assets:
              pump-01:
                metrics:
                  vibration:
                    min: low
            """;

        PlantFault fault = Assert.Single(PlantText.Load(Yaml, withSite: false).Faults);

        Assert.Equal(("assets.pump-01.metrics.vibration.min", 6, 14), (fault.Path, fault.Line, fault.Column));
        Assert.StartsWith("plant.yaml:6:14: assets.pump-01.metrics.vibration.min: Expected a number, found 'low'.", fault.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ReportsAllFaultsOfAllFiles_AtOnce()
    {
        PlantLoadResult result = new PlantLoader().Load(
        [
            new PlantFile("a.yaml", "site: { namespace: 9 }\nassets: { a: { typ: x, criticality: 9 } }"),
            new PlantFile("b.yaml", "assets: { a: {}, b: { type: none } }\nextra: 1"),
            new PlantFile("c.yaml", "assets: { broken"),
        ]);

        Assert.Equal(
            ["plant.name.invalid", "plant.name.invalid", "plant.key.unknown", "plant.value.range"],
            result.Faults.Where(f => f.File == "a.yaml").Select(f => f.Code));
        Assert.Contains(result.Faults, f => f is { File: "b.yaml", Code: "plant.reference.unknown" });
        Assert.Contains(result.Faults, f => f is { File: "b.yaml", Code: "plant.key.unknown" });
        Assert.Contains(result.Faults, f => f is { File: "c.yaml", Code: "yaml.invalid" });
    }

    [Fact]
    public void Load_AsksTheCatalogue_WhenThereIsOne()
    {
        var loader = new PlantLoader((kind, parameters) => kind == "threshold" && parameters.ContainsKey("uper")
            ? ["Unknown parameter 'uper'."] : []);

        PlantLoadResult result = loader.Load(
            [new PlantFile("p.yaml",
                PlantText.Site + "assets: { a: { detectors: { d: { kind: threshold, parameters: { dwell: 5s, uper: 3 } } } } }")]);

        PlantFault fault = Assert.Single(result.Faults);
        Assert.Equal(("plant.detector.invalid", "assets.a.detectors.d.parameters.uper"), (fault.Code, fault.Path));
    }

    [Fact]
    public void Load_MissesTheSite_WhenThereAreAssets() =>
        Assert.Contains(PlantText.Load("assets: { a: {} }", withSite: false).Faults, f => f.Code == "plant.key.missing");

    [Fact]
    public void Load_IsAFault_WhenTheFolderIsMissing() =>
        Assert.Equal("plant.folder.missing",
            Assert.Single(new PlantLoader().Load(Path.Combine(AppContext.BaseDirectory, "no-such-folder")).Faults).Code);
}
