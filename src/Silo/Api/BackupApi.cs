using System.Formats.Tar;
using Microsoft.AspNetCore.Mvc;
using Millwright.Silo.Api.Requests;
using Millwright.Silo.Storage.Backup;

namespace Millwright.Silo.Api;

/// <summary>A consistent copy of the running silo, as a tar stream whose manifest lists every file with its SHA-256.</summary>
internal static class BackupApi
{
    public const string MediaType = "application/x-tar";

    public static void MapBackup(this IEndpointRouteBuilder api) => api.MapPost("/system/backup", WriteAsync).WithQuery()
        .WithTags("system").WithName("backup").WithSummary("Store and log as one tar stream, consistent while the silo runs")
        .Produces(200, contentType: MediaType).ProducesProblem(409).ProducesProblem(503);

    private static async Task<IResult> WriteAsync(HttpContext context, [FromServices] BackupService backups)
    {
        var query = new QueryReader(context);
        if (query.Problem is not null)
        {
            return query.Problem;
        }

        if (await backups.MakeAsync(context.RequestAborted) is not { } directory)
        {
            return ApiProblem.Conflict("backup.running", "A backup is being made. Try again when it has ended.");
        }

        try
        {
            context.Response.ContentType = MediaType;
            await TarFile.CreateFromDirectoryAsync(directory, context.Response.Body, includeBaseDirectory: false, context.RequestAborted);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        return Results.Empty;
    }
}
