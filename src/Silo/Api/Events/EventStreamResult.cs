using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Millwright.Silo.Api.Requests;

namespace Millwright.Silo.Api.Events;

/// <summary>Serves an event source as server-sent events until the caller or the silo goes.</summary>
internal sealed class EventStreamResult(IEventSource source) : IResult
{
    public static bool IsWanted(HttpRequest request) =>
        request.Headers.Accept.Any(a => a?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) ?? false);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var gate = httpContext.RequestServices.GetRequiredService<EventGate>();
        if (!gate.TryEnter())
        {
            httpContext.Response.Headers.RetryAfter = "5";
            await ApiProblem.Create(503, "subscribers.full", "All live subscriptions are taken.",
                "Try again in a few seconds, or poll the list.")
                .ExecuteAsync(httpContext);
            return;
        }

        var lifetime = httpContext.RequestServices.GetService<IHostApplicationLifetime>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            httpContext.RequestAborted, lifetime?.ApplicationStopping ?? CancellationToken.None);
        try
        {
            await ServeAsync(httpContext, gate, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The ordinary end of a subscription.
            return;
        }
        finally
        {
            gate.Leave();
        }
    }

    private async Task ServeAsync(HttpContext context, EventGate gate, CancellationToken cancellationToken)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        string? last = context.Request.Headers["Last-Event-ID"];
        IReadOnlyList<ServerEvent> opening = await source.OpenAsync(last, cancellationToken);

        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        PipeWriter writer = context.Response.BodyWriter;
        foreach (ServerEvent opened in opening)
        {
            Write(writer, opened);
        }

        while (true)
        {
            // Read before the data: a change during the reading is then found at once, not after the heartbeat.
            long seen = source.Changed.Version;
            await foreach (ServerEvent item in source.ReadAsync(cancellationToken))
            {
                Write(writer, item);

                // The flush waits for a slow reader; meanwhile changes coalesce in the source.
                await writer.FlushAsync(cancellationToken);
            }

            await writer.FlushAsync(cancellationToken);
            if (gate.Conflation > TimeSpan.Zero)
            {
                await Task.Delay(gate.Conflation, time, cancellationToken);
            }

            if (!await ChangedAsync(seen, gate.Heartbeat, time, cancellationToken))
            {
                writer.Write(": heartbeat\n\n"u8);
            }
        }
    }

    private async Task<bool> ChangedAsync(long seen, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await source.Changed.WaitAsync(seen).WaitAsync(patience, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            // Nothing happened for a while: ordinary, and the caller says so on the wire.
            return false;
        }
    }

    private static void Write(PipeWriter writer, ServerEvent item)
    {
        if (item.Id is not null)
        {
            Encoding.UTF8.GetBytes($"id: {item.Id}\n", writer);
        }

        if (item.Name is not null)
        {
            Encoding.UTF8.GetBytes($"event: {item.Name}\n", writer);
        }

        // Our JSON is written without line breaks, so one data line holds it.
        writer.Write("data: "u8);
        writer.Write(item.Data.Span);
        writer.Write("\n\n"u8);
    }
}
