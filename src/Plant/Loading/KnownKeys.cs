using System.Collections.Frozen;

namespace Millwright.Plant.Loading;

/// <summary>The keys of each kind of section, named as the definitions in plant.schema.json; a test keeps the two equal.</summary>
internal static class KnownKeys
{
    private static readonly string[] Parts = ["metrics", "detectors", "states", "meters", "windows", "load", "prognosis", "time"];

    public static readonly FrozenDictionary<string, FrozenSet<string>> All = new Dictionary<string, string[]>
    {
        ["plant"] = ["site", "settings", "types", "assets", "lines", "rules"],
        ["site"] = ["namespace", "enterprise", "name", "areas"],
        ["settings"] = ["acceptUnmodelled", "deviceNamespace"],
        ["type"] = ["extends", "description", .. Parts],
        ["asset"] = ["type", "name", "location", "criticality", "gateway", "attributes", .. Parts],
        ["location"] = ["enterprise", "site", "area", "line", "cell"],
        ["metric"] = ["unit", "min", "max", "every", "text", "derive", "off"],
        ["derive"] = ["kind", "rate", "bands", "envelope", "angle", "version"],
        ["envelope"] = ["carrier", "bands"],
        ["detector"] =
        [
            "kind", "metrics", "expression", "alert", "severity", "audiences", "category", "states", "parameters", "recommendation",
            "version", "mode", "beside", "off",
        ],
        ["state"] = ["when", "running", "idle", "off"],
        ["meter"] =
        [
            "metric", "medium", "unit", "counter", "scale", "maxGap", "idleBenchmark", "benchmarkOrigin", "idleAfter", "price", "currency",
                "co2", "off",
        ],
        ["window"] = ["kind", "size", "hop", "gap", "samples", "every", "states", "aggregates", "metrics"],
        ["prognosis"] = ["model", "warn"],
        ["time"] = ["disorder", "allowedLateness", "maxClockSkew", "idleTimeout", "maxSourceLag"],
        ["line"] = ["name", "steps"],
        ["step"] = ["severity", "limits", "curve"],
        ["curve"] = ["metric", "programme", "threshold", "warmUp", "version"],
        ["limit"] = ["unit", "lower", "upper"],
        ["rule"] =
        [
            "topic", "asset", "items", "time", "timeFormat", "value", "metric", "values", "fields", "ignore", "rename", "quality", "unit",
                "step",
            "source", "historical",
        ],
    }.ToFrozenDictionary(p => p.Key, p => p.Value.ToFrozenSet(StringComparer.Ordinal), StringComparer.Ordinal);
}
