using Microsoft.AspNetCore.Http.HttpResults;

namespace Millwright.Silo.Api.Requests;

/// <summary>RFC 9457 problem details with a stable <c>code</c>: what happened, and in <c>detail</c> what to do about it.</summary>
internal static class ApiProblem
{
    public const string MediaType = "application/problem+json";

    public static ProblemHttpResult Create(int status, string code, string title, string detail) => TypedResults.Problem(
        detail: detail,
        statusCode: status,
        title: title,
        type: $"urn:millwright:problem:{code}",
        extensions: [new("code", code)]);

    public static ProblemHttpResult BadRequest(string code, string detail) =>
        Create(StatusCodes.Status400BadRequest, code, "The request is not valid.", detail);

    public static ProblemHttpResult NotFound(string code, string detail) =>
        Create(StatusCodes.Status404NotFound, code, "There is no such resource.", detail);

    public static ProblemHttpResult NoAsset() => NotFound("asset.notfound", "There is no such asset. The list is at /api/2/things.");

    public static ProblemHttpResult Conflict(string code, string detail) =>
        Create(StatusCodes.Status409Conflict, code, "The command was refused.", detail);

    /// <summary>The problem of a bare status code that routing or the server produced.</summary>
    public static ProblemHttpResult OfStatus(int status) => status switch
    {
        404 => NotFound("route.notfound", "No resource has this address. The list of resources is at /openapi/v1.json."),
        405 => Create(status, "method.notallowed", "The method is not allowed here.",
            "The Allow header names the methods of this resource."),
        413 => Create(status, "body.toolarge", "The body is too large.", "Send less in one request."),
        414 => Create(status, "request.target.toolong", "The address is too long.", "Shorten the path or the query."),
        415 => Create(status, "media.unsupported", "The media type is not supported.", "Send application/json."),
        431 => Create(status, "headers.toolarge", "The headers are too large.", "Send fewer or shorter headers."),
        503 => Create(status, "service.unavailable", "The service is not available.", "Try again in a moment."),
        _ => Create(status, $"http.{status}", "The request failed.", "The status code says why."),
    };
}
