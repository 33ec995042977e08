using Millwright.Recordings.Sets;
using Millwright.Simulation.Messages;
using Millwright.Simulation.Publishing;

namespace Millwright.Recordings.Replay;

/// <summary>
/// Plays records as the messages that their plant would have sent. With one input and options, always the same bytes in the same order.
/// </summary>
public sealed class Replayer(ITelemetryPublisher publisher, TimeProvider time)
{
    /// <summary>Told after each message.</summary>
    public Action<ReplayProgress>? Progress { get; init; }

    public async Task<ReplayProgress> RunAsync(
        RecordingSet set, IEnumerable<RecordedRecord> records, ReplayOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        var window = new PublishWindow(publisher, options.InFlight);
        var assets = new HashSet<string>(StringComparer.Ordinal);
        var state = new ReplayProgress(0, 0, 0, null, null);
        DateTimeOffset due = time.GetUtcNow();
        try
        {
            foreach (RecordedRecord original in records)
            {
                RecordedRecord record = original with { EventTime = original.EventTime + options.Shift };
                due += Pause(state.LastEventTime, record.EventTime, options);
                await WaitAsync(due, options, cancellationToken);
                PlantMessage message = set.Encode(record);
                await window.PublishAsync(message.Topic, message.Payload, options.Qos, cancellationToken);
                assets.Add(record.AssetId);
                state = new ReplayProgress(
                    state.Messages + 1,
                    state.Samples + record.Values.Count,
                    assets.Count,
                    state.FirstEventTime ?? record.EventTime,
                    record.EventTime);
                Progress?.Invoke(state);
            }

            await window.DrainAsync();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop: what is on its way is not waited for, since the receiver may be the reason for stopping.
        }

        return state;
    }

    private static TimeSpan Pause(DateTimeOffset? last, DateTimeOffset next, ReplayOptions options)
    {
        if (last is not { } previous || options.Speed is not { } speed)
        {
            return TimeSpan.Zero;
        }

        TimeSpan pause = (next - previous) / speed;
        return pause < options.MaxPause ? pause : options.MaxPause;
    }

    private async ValueTask WaitAsync(DateTimeOffset due, ReplayOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TimeSpan wait = options.Speed is null ? TimeSpan.Zero : due - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellationToken);
        }
    }
}
