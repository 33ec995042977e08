using Millwright.Grains.Twins;
using Millwright.Silo.Api.Things;
using Millwright.Silo.Storage;
using Orleans.Runtime;

namespace Millwright.Silo.Api.Requests;

/// <summary>
/// The last resort of the API's routes: whatever went wrong leaves as a typed answer in the dialect of its address (Ditto's error body
/// under /api/2, problem details elsewhere), and a status without body gets one.
/// </summary>
internal sealed partial class ApiGuard(RequestDelegate next, ILogger<ApiGuard> logger)
{
    public const int MaxPath = 2048;

    // The server itself refuses a request line above 8 KiB, without a body; so ours is below.
    public const int MaxQuery = 6_000;

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
        {
            await next(context);
            return;
        }

        if (context.Request.Path.Value?.Length > MaxPath || context.Request.QueryString.Value?.Length > MaxQuery)
        {
            await AnswerAsync(context, StatusCodes.Status414UriTooLong, "request.target.toolong");
            return;
        }

        try
        {
            await next(context);
        }
        catch (BadHttpRequestException exception)
        {
            await AnswerAsync(context, exception.StatusCode, null);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone: nobody is left to answer.
            return;
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            // A read has changed nothing and a grain's command is recorded or not by itself: no state is left half-done here.
            await AnswerAsync(context, exception);
        }

        if (context.Response is { StatusCode: >= 400, HasStarted: false, ContentType: null, ContentLength: null })
        {
            await AnswerAsync(context, context.Response.StatusCode, null);
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        (int status, string code) = exception switch
        {
            TwinStoreException or StoreException => (StatusCodes.Status503ServiceUnavailable, "store.unavailable"),
            TimeoutException => (StatusCodes.Status504GatewayTimeout, "grain.timeout"),
            OrleansException or TwinFencedException or TwinBusyException => (StatusCodes.Status503ServiceUnavailable, "grain.unavailable"),
            _ => (StatusCodes.Status500InternalServerError, "internal.error"),
        };
        if (status == StatusCodes.Status500InternalServerError)
        {
            LogRequestFailed(logger, exception, context.Request.Method, context.Request.Path);
        }
        else
        {
            LogRequestUnavailable(logger, exception, context.Request.Method, context.Request.Path, code);
        }

        await AnswerAsync(context, status, code);
    }

    private static Task AnswerAsync(HttpContext context, int status, string? code)
    {
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        if (context.Request.Path.StartsWithSegments("/api/2", StringComparison.OrdinalIgnoreCase))
        {
            return DittoError.OfStatus(status, code).ExecuteAsync(context);
        }

        return (code switch
        {
            "store.unavailable" =>
                ApiProblem.Create(status, code, "The store is away or damaged.",
                "Try again in a moment; /health/ready names the failing part."),
            "grain.unavailable" =>
                ApiProblem.Create(status, code, "The actor did not take the call.",
                "It is overloaded or restarting. Try again in a moment."),
            "grain.timeout" =>
                ApiProblem.Create(status, code, "The answer took too long.", "Try again in a moment; a command may have taken effect."),
            "internal.error" => ApiProblem.Create(status, code, "Something is wrong on our side.", "The silo's log has the details."),
            _ => ApiProblem.OfStatus(status),
        }).ExecuteAsync(context);
    }
}
