using System.Collections.Immutable;
using System.Globalization;
using Millwright.Core.Detection;
using Millwright.Core.Twins;
using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>One detector of a twin with its rule, before it is known when it is live.</summary>
/// <param name="Definition">Null for a default.</param>
internal sealed record DetectorEntry(DetectorIdentity Identity, DetectorRule Rule, DetectorDefinition? Definition)
{
    public bool IsShadow => Definition?.IsShadow == true;

    /// <summary>What it judges by, besides its kind and version: what a change of makes it another detector.</summary>
    public string Text => Definition is null ? $"{Identity.Kind}/{Identity.Version}" : TextOf(Definition);

    public static string TextOf(DetectorDefinition detector) =>
        $"{detector.Kind}/{detector.Version}/{string.Join(',', detector.Metrics)}/{ParametersOf(detector)}";

    /// <summary>The id under which it speaks: a shadow speaks under the name of the detector beside which it runs.</summary>
    public static DetectorIdentity IdentityOf(DetectorDefinition detector) =>
        new(detector.Beside.Length > 0 ? detector.Beside : detector.Id, detector.Kind, detector.Version);

    public static string ParametersOf(DetectorDefinition detector)
    {
        IEnumerable<string> values = detector.Parameters.OrderBy(p => p.Key, StringComparer.Ordinal)
            .Select(p => p.Key + "=" + p.Value.ToString("R", CultureInfo.InvariantCulture));
        return $"{string.Join(',', values)}/{string.Join(',', detector.States)}/{detector.Expression}";
    }

    public DetectorEntry In(ImmutableArray<DetectorPhase> phases) => this with { Rule = Rule with { Phases = phases } };
}
