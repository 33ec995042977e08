using System.Collections.Immutable;
using System.Text;
using Millwright.Plant;
using Millwright.Plant.Rules;

namespace Millwright.Ingest.Payloads.Routing;

/// <summary>Finds what a topic means, and remembers it by the topic's bytes.</summary>
internal sealed class Router
{
    private readonly ImmutableArray<CompiledRule> rules;
    private readonly Dialects dialects;
    private readonly AssetDirectory assets;
    private readonly NameTable names;
    private readonly ByteTable<Route> routes = new(DecodeLimits.MaxRemembered);

    public Router(PlantModel model, AssetDirectory assets, NameTable names)
    {
        this.assets = assets;
        this.names = names;
        rules = [.. model.Rules.Select(CompiledRule.From)];
        dialects = new Dialects(model, assets);
    }

    public int Flushes => routes.Flushes;

    public Route Find(ReadOnlySpan<byte> topic) => routes.Find(topic) ?? routes.Add(topic, Compile(Encoding.UTF8.GetString(topic)));

    private Route Compile(string topic)
    {
        var captures = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (CompiledRule rule in rules)
        {
            captures.Clear();
            if (rule.Topic.TryMatch(topic, captures))
            {
                return Bind(rule, captures, RouteKind.Rule);
            }
        }

        captures.Clear();
        return dialects.Find(topic, captures) switch
        {
            { Rule: { } rule, Kind: var kind } => Bind(rule, captures, kind),
            { Kind: RouteKind.Notice } => Route.Notice,
            _ => Route.Unmapped,
        };
    }

    private Route Bind(CompiledRule rule, Dictionary<string, string> captures, RouteKind kind)
    {
        TextTemplate asset = rule.Asset.Resolve(captures);
        TextTemplate? metric = rule.Metric?.Resolve(captures);
        TextTemplate? source = rule.Source?.Resolve(captures);
        string? settled = source is null || source.NeedsPayload ? null : names.Name(Encoding.UTF8.GetBytes(TextOf(source)));
        return new Route
        {
            Kind = kind,
            Rule = rule,
            Asset = kind == RouteKind.Rule && !asset.NeedsPayload ? assets.Resolve(TextOf(asset)) : null,
            AssetTemplate = asset,

            // An invalid metric name stays a template and is refused per message, with its reason.
            Metric = metric is null || metric.NeedsPayload ? null : names.Name(Encoding.UTF8.GetBytes(TextOf(metric))),
            MetricTemplate = metric,
            Unit = rule.Unit?.Resolve(captures),
            Step = rule.Step?.Resolve(captures),
            Source = settled,
            SourceTemplate = settled is null ? source : null,
        };
    }

    private static string TextOf(TextTemplate settled) => string.Concat(settled.Parts.Select(p => p.Literal));
}
