using Millwright.Silo.Api.Rql;
using Millwright.Silo.Fleet;

namespace Millwright.Silo.Api.Things;

/// <summary>Which things a request is about. Null means all.</summary>
internal sealed record ThingFilter
{
    public IReadOnlySet<string>? Ids { get; init; }

    public IReadOnlySet<string>? Namespaces { get; init; }

    public RqlNode? Rql { get; init; }

    public bool Matches(ThingDocument document) =>
        (Ids is null || Ids.Contains(document.ThingId))
        && (Namespaces is null || Namespaces.Contains(document.ThingId[..document.ThingId.IndexOf(':', StringComparison.Ordinal)]))
        && (Rql is null || RqlEvaluator.Matches(Rql, document.Root));
}
