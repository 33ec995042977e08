using System.Globalization;
using System.Text.Json;

namespace Millwright.Silo.Fleet;

/// <summary>
/// A twin as Ditto's thing JSON, as it is to be seen in [rendered, <see cref="ValidUntil"/>). Immutable, shared by all readers.
/// </summary>
public sealed record ThingDocument
{
    public required string ThingId { get; init; }

    public required JsonElement Root { get; init; }

    public required long Revision { get; init; }

    /// <summary>Metrics (and the twin itself) that turned stale after the revision was written.</summary>
    public required int Aged { get; init; }

    public required DateTimeOffset ValidUntil { get; init; }

    /// <summary>
    /// Ditto's form while the revision says everything. Once values have aged the count is added: otherwise a client that asks
    /// If-None-Match would be told that nothing changed, and keep showing a stale value as fresh.
    /// </summary>
    public string ETag => Aged == 0
        ? string.Create(CultureInfo.InvariantCulture, $"\"rev:{Revision}\"")
        : string.Create(CultureInfo.InvariantCulture, $"\"rev:{Revision}.{Aged}\"");
}
