using System.Globalization;
using System.Text.Json.Serialization;

namespace Millwright.Silo.Api.Things;

/// <summary>Ditto's error body, for everything under /api/2.</summary>
internal sealed record DittoError : IResult
{
    public required int Status { get; init; }

    public required string Error { get; init; }

    public required string Message { get; init; }

    public required string Description { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Href { get; init; }

    public static DittoError BadRequest(string error, string message, string description) => Create(400, error, message, description);

    public static DittoError ThingNotFound(string thingId) => Create(
        404,
        "things:thing.notfound",
        $"The Thing with ID '{Shorten(thingId)}' could not be found or requester had insufficient permissions to access it.",
        "Check if the ID of your requested Thing was correct and you have sufficient permissions.");

    public static DittoError PathNotFound(string thingId, string path) => Create(
        404,
        path.StartsWith("attributes", StringComparison.Ordinal) ? "things:attribute.notfound" : "things:feature.notfound",
        $"The path '{Shorten(path)}' on the Thing with ID '{Shorten(thingId)}' does not exist.",
        "Check if the path of your request was correct.");

    public static DittoError InvalidId(string thingId) => BadRequest(
        "things:id.invalid",
        $"Thing ID '{Shorten(thingId)}' is not valid!",
        "It must conform to the namespaced entity ID notation: namespace:name, at most 256 characters.");

    public static DittoError PreconditionFailed(string header, string expected, string actual) => Create(
        412,
        "things:precondition.failed",
        $"The comparison of precondition header '{header}' for the requested resource evaluated to false. "
            + $"Header value: '{Shorten(expected)}', actual entity-tag: '{actual}'.",
        "The resource has changed since you last read it. Read it again.");

    public static DittoError OfStatus(int status, string? code) => Create(
        status,
        code ?? status switch { 404 => "gateway:resource.notfound", 405 => "gateway:method.notallowed", _ =>
            string.Create(CultureInfo.InvariantCulture, $"gateway:http.{status}") },
        status switch
        {
            404 => "The requested resource does not exist.",
            405 => "The method is not allowed here.",
            414 => "The address is too long.",
            503 => "A part of the service is away.",
            504 => "The answer took too long.",
            _ => "The request failed.",
        },
        status >= 500 ? "Try again in a moment; /health/ready names the failing part."
            : "The resources are described at /openapi/v1.json.");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = Status;
        return httpContext.Response.WriteAsJsonAsync(this, ApiJson.Options, "application/json", httpContext.RequestAborted);
    }

    private static DittoError Create(int status, string error, string message, string description) =>
        new() { Status = status, Error = error, Message = message, Description = description, Href = "/openapi/v1.json" };

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "…";
}
