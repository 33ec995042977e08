using Millwright.Plant;
using Millwright.Plant.Rules;

namespace Millwright.Ingest.Payloads.Routing;

/// <summary>The topics that are understood without a rule, after the model's own rules. docs/payloads.md states each mapping.</summary>
internal sealed class Dialects
{
    private const int UnsPrefixLevels = 2;

    private readonly PlantModel model;
    private readonly AssetDirectory assets;
    private readonly CompiledRule telemetry;
    private readonly CompiledRule device;
    private readonly CompiledRule uns;

    public Dialects(PlantModel model, AssetDirectory assets)
    {
        this.model = model;
        this.assets = assets;
        telemetry = new CompiledRule
        {
            Id = "telemetry",
            Topic = Pattern("telemetry/{namespace}/{name}"),
            Asset = Template("{namespace}:{name}"),
            Time = Pointer("/ts"),
            Values = Pointer("/values"),
            Blocks = Pointer("/blocks"),
            Quality = Pointer("/quality"),
            Historical = Pointer("/historical"),
            Unit = Template("{/unit}"),
            Step = Template("{/step}"),
            Source = Template("{/source}"),
            IsLenient = true,
        };
        device = new CompiledRule
        {
            Id = "thingsboard",
            Topic = Pattern("v1/devices/me/telemetry"),
            Asset = Template(""),
            Time = Pointer("/ts"),
            Values = Pointer("/values"),
            IsLenient = true,
            MayBeBareMap = true,
        };
        uns = new CompiledRule
        {
            Id = "uns",
            Topic = Pattern("#"),
            Asset = Template("{asset}"),
            Metric = Template("{metric}"),
            Time = Pointer("/timestamp_ms"),
            TimeFormat = TimeFormat.Milliseconds,
            Value = Pointer("/value"),
        };
    }

    /// <summary>The rule and how its asset is found; no rule for topics that carry nothing.</summary>
    public (CompiledRule? Rule, RouteKind Kind) Find(string topic, Dictionary<string, string> captures) => topic switch
    {
        "v1/devices/me/telemetry" or "v1/devices/me/attributes" => (device, RouteKind.Client),
        "v1/gateway/telemetry" or "v1/gateway/attributes" => (device, RouteKind.Gateway),
        "v1/gateway/connect" or "v1/gateway/disconnect" => (null, RouteKind.Notice),
        _ when telemetry.Topic.TryMatch(topic, captures) => (telemetry, RouteKind.Rule),
        _ when topic.StartsWith("umh/v1/", StringComparison.Ordinal) && TryUns(topic.Split('/'), captures) => (uns, RouteKind.Rule),
        _ => (null, RouteKind.Unmapped),
    };

    /// <summary>
    /// umh/v1/enterprise[/site[/area[/line[/cell]]]]/_contract[/virtual path…]/name. The asset is the only modelled one at that location;
    /// else, on the model's own site, the site's namespace with the rest of the path joined by dots; else the namespace is
    /// enterprise.site.
    /// </summary>
    private bool TryUns(string[] levels, Dictionary<string, string> captures)
    {
        int contract = Array.FindIndex(levels, UnsPrefixLevels, l => l.StartsWith('_'));
        if (contract < UnsPrefixLevels + 1 || contract >= levels.Length - 1 || levels.Any(l => l.Length == 0))
        {
            return false;
        }

        string[] place = levels[UnsPrefixLevels..contract];
        captures["metric"] = string.Join('.', levels[(contract + 1)..]);
        captures["asset"] = Modelled(place) ?? Named(place);
        return true;
    }

    private string? Modelled(string[] place)
    {
        string At(int i) => i < place.Length ? place[i] : "";
        return place.Length > 5 ? null : assets.AtLocation(At(0), At(1), At(2), At(3), At(4));
    }

    private string Named(string[] place)
    {
        bool isOurSite = place.Length > 2 && place[0] == model.Enterprise && place[1] == model.SiteName && model.Namespace.Length > 0;
        string space = isOurSite ? model.Namespace : string.Join('.', place.Take(Math.Min(2, Math.Max(1, place.Length - 1))));
        string name = string.Join('.', place.Length > 2 ? place[2..] : place[^1..]);
        return $"{space}:{name}";
    }

    private static TopicPattern Pattern(string text) => TopicPattern.TryParse(text, out TopicPattern pattern, out string fault)
        ? pattern : throw new InvalidOperationException(fault);

    private static TextTemplate Template(string text) => TextTemplate.TryParse(text, out TextTemplate template, out string fault)
        ? template : throw new InvalidOperationException(fault);

    private static JsonPointer Pointer(string text) => JsonPointer.TryParse(text, out JsonPointer pointer, out string fault)
        ? pointer : throw new InvalidOperationException(fault);
}
