using Microsoft.Net.Http.Headers;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Hosting;

/// <summary>The dashboard's files as they lie in wwwroot, and what a browser must be told about everything that the silo serves.</summary>
internal static class DashboardHosting
{
    // Everything comes from the silo itself: no inline script, no inline style, no other host, nobody may frame the page around a button.
    private const string ContentSecurityPolicy =
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UseDashboard(this WebApplication app)
    {
        app.Use(SecureAsync);
        app.UseDefaultFiles();
        app.UseStaticFiles(new StaticFileOptions
        {
            // Kept, but asked for each time: with the ETag that costs one small answer, and after an update no page runs half old.
            OnPrepareResponse = file => file.Context.Response.Headers[HeaderNames.CacheControl] = "no-cache",
        });
        app.UseStatusCodePages(context => ProblemAsync(context.HttpContext));
    }

    private static Task SecureAsync(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers[HeaderNames.ContentSecurityPolicy] = ContentSecurityPolicy;
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    }

    // Only answers without a body come here: below /api the ApiGuard has spoken already.
    private static Task ProblemAsync(HttpContext context) => ApiProblem.OfStatus(context.Response.StatusCode).ExecuteAsync(context);
}
