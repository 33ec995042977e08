using Microsoft.AspNetCore.Http.HttpResults;

namespace Millwright.Silo.Api.Requests;

/// <summary>Ids in the path: bounded and printable, before they become the key of a grain.</summary>
internal static class RouteText
{
    public const int MaxLength = 256;

    public static ProblemHttpResult? Check(string text, string noun) => text.Length is 0 or > MaxLength || text.Any(char.IsControl)
        ? ApiProblem.BadRequest($"{noun}.id.invalid", $"The id must be 1 to {MaxLength} characters without control characters.")
        : null;
}
