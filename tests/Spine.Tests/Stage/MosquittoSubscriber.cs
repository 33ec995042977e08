using System.Diagnostics;
using System.Threading.Channels;

namespace Millwright.Spine.Tests.Stage;

/// <summary>A running <c>mosquitto_sub</c>. It connects again by itself when the silo comes back.</summary>
internal sealed class MosquittoSubscriber : IAsyncDisposable
{
    private readonly Process process;
    private readonly Channel<(string Topic, string Payload)> messages = Channel.CreateUnbounded<(string, string)>();
    private readonly TaskCompletionSource subscribed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MosquittoSubscriber(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Completes when the silo has accepted the first subscription.</summary>
    public Task Subscribed => subscribed.Task.WaitAsync(Mosquitto.Bound);

    public async Task<(string Topic, string Payload)> NextAsync()
    {
        using var bound = new CancellationTokenSource(Mosquitto.Bound);
        return await messages.Reader.ReadAsync(bound.Token);
    }

    /// <summary>What has arrived so far and was not yet read.</summary>
    public List<(string Topic, string Payload)> Drain()
    {
        var all = new List<(string, string)>();
        while (messages.Reader.TryRead(out (string, string) message))
        {
            all.Add(message);
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
        {
            return;
        }

        // With -d the client's own words and the messages come on one stream; ours all begin with a topic that no such word begins with.
        if (line.StartsWith("millwright/", StringComparison.Ordinal) && line.IndexOf(' ', StringComparison.Ordinal) is > 0 and var space)
        {
            messages.Writer.TryWrite((line[..space], line[(space + 1)..]));
        }
        else if (line.Contains("SUBACK", StringComparison.Ordinal) || line.StartsWith("Subscribed", StringComparison.Ordinal))
        {
            subscribed.TrySetResult();
        }
    }
}
