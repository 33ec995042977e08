namespace Millwright.Silo.Api.Requests;

/// <summary>
/// A query parameter that an endpoint understands. It documents the endpoint, and any other name is refused: a misspelt filter must not
/// widen an answer.
/// </summary>
internal sealed record QueryParameter(string Name, string Description, string Type = "string", string? Format = null)
{
    public static readonly QueryParameter Size = new("size", "Items per page, 1 to 200; default 50.", "integer");
    public static readonly QueryParameter Cursor = new("cursor", "The value of `next` in the previous page.");
    public static readonly QueryParameter Asset = new("asset", "Asset id, `namespace:name`.");
    public static readonly QueryParameter From = new("from",
        "Start of the time range, inclusive: ISO 8601 with offset, or milliseconds since the Unix epoch.", "string", "date-time");
    public static readonly QueryParameter To = new("to", "End of the time range, exclusive.", "string", "date-time");

    public static readonly QueryParameter AsOf = new("asOf", "What was known at this instant.", "string", "date-time");

    public bool Required { get; init; }
}

/// <summary>An endpoint that takes bytes of any media type, and so cannot say what it accepts without refusing the rest.</summary>
internal sealed record RawBody(string Description);

internal static class QueryParameterExtensions
{
    public static RouteHandlerBuilder WithQuery(this RouteHandlerBuilder builder, params ReadOnlySpan<QueryParameter> parameters)
    {
        object[] metadata = [.. parameters];
        return builder.WithMetadata(metadata);
    }
}
