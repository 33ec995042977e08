namespace Millwright.Simulation.Messages;

/// <summary>The address of a machine on the wire.</summary>
internal sealed class Source
{
    public Source(string @namespace, string area, string line, string name, Dialect dialect)
    {
        AssetId = $"{@namespace}:{name}";
        Name = name;
        Dialect = dialect;
        string enterprise = @namespace.Split('.')[0];
        string site = @namespace[(enterprise.Length + 1)..];
        Topic = dialect switch
        {
            Dialect.UnifiedNamespace => $"umh/v1/{enterprise}/{site}/{area}/{line}/{name}/_raw/",
            Dialect.ThingsBoardGateway => "v1/gateway/telemetry",
            _ => $"telemetry/{@namespace}/{name}",
        };
        StepTopic = $"plant/{enterprise}/{site}/{line}/{name}/steps";
    }

    public string AssetId { get; }

    /// <summary>Device name behind a gateway.</summary>
    public string Name { get; }

    public Dialect Dialect { get; }

    /// <summary>For the unified namespace the prefix to which the metric is added.</summary>
    public string Topic { get; }

    public string StepTopic { get; }
}
