using Millwright.Ingest.Mqtt;
using Millwright.Ingest.Mqtt.Client;
using Millwright.LoadGenerator.Alerts;
using Millwright.LoadGenerator.Schedule;
using Millwright.LoadGenerator.Wire;

namespace Millwright.LoadGenerator;

/// <summary>One run at one rate: connect, listen, send by plan, wait for the rest, sum up.</summary>
internal sealed class LoadRun(LoadOptions options, TimeProvider time)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public async Task<LoadResult> RunAsync(CancellationToken cancellationToken)
    {
        var matcher = new AlertMatcher(options.Shape == PayloadShape.Workload2 ? 1_000 : 2_000);
        LoadConnection[] connections = [.. Enumerable.Range(0, options.Connections).Select(_ => new LoadConnection())];
        RunClock? clock = null;
        await using MqttClient? listener = await ListenAsync(matcher, () => clock!.Microseconds, cancellationToken);
        try
        {
            for (int i = 0; i < connections.Length; i++)
            {
                await connections[i].ConnectAsync(options.Host, options.Port, $"load-{i}", cancellationToken);
            }

            clock = new RunClock(time);
            return await MeasureAsync(connections, matcher, clock, cancellationToken);
        }
        finally
        {
            foreach (LoadConnection connection in connections)
            {
                connection.Dispose();
            }
        }
    }

    private async Task<LoadResult> MeasureAsync(LoadConnection[] connections, AlertMatcher matcher, RunClock clock,
        CancellationToken cancellationToken)
    {
        double rate = options.Rate ?? 10_000_000;
        var schedule = new OpenLoopSchedule(rate, (long)Math.Min(1e15, rate * options.Duration.TotalSeconds));
        Sender[] senders = [.. connections.Select((c, i) => new Sender(options, i, c, matcher, clock))];
        TimeSpan ownCpu = Environment.CpuUsage.TotalTime;
        (TimeSpan Cpu, double Megabytes)? before = ProcessUsage.Of(options.Pid);

        await Task.WhenAll(senders.Select(s => Task.Run(() => s.RunAsync(schedule, cancellationToken), cancellationToken)));

        long sent = senders.Sum(s => s.Sent);
        TimeSpan finished = await DrainAsync(connections, sent, clock, cancellationToken);
        await WaitForAlertsAsync(matcher, clock, cancellationToken);
        ownCpu = Environment.CpuUsage.TotalTime - ownCpu;
        (TimeSpan Cpu, double Megabytes)? after = ProcessUsage.Of(options.Pid);
        long acknowledged = options.Qos == 0 ? sent : connections.Sum(c => c.Acknowledged);
        return new LoadResult
        {
            OfferedPerSecond = options.Rate,
            SamplesPerMessage = options.SamplesPerMessage,
            Sent = sent,
            Acknowledged = acknowledged,
            Seconds = Math.Round(finished.TotalSeconds, 3),
            MessagesPerSecond = Math.Round(acknowledged / finished.TotalSeconds),
            Spikes = matcher.Sent,
            AlertsMissing = options.AlertTopic.Length == 0 ? 0 : matcher.Missing,
            AlertsDoubled = matcher.Doubled,
            AlertsUnexpected = matcher.Unexpected,
            AlertLatency = LatencySummary.Of(matcher.Latencies()),
            GeneratorCpuMicroseconds = Math.Round(ownCpu.TotalMicroseconds / Math.Max(1, sent), 3),
            SystemCpuMicroseconds = before is { } b && after is { } a
                ? Math.Round((a.Cpu - b.Cpu).TotalMicroseconds / Math.Max(1, sent * options.SamplesPerMessage), 3)
                : null,
            SystemMemoryMegabytes = after is { } end ? Math.Round(end.Megabytes, 1) : null,
            Fault = connections.Select(c => c.Fault?.Message).FirstOrDefault(f => f is not null),
        };
    }

    private async Task<MqttClient?> ListenAsync(AlertMatcher matcher, Func<long> now, CancellationToken cancellationToken)
    {
        if (options.AlertTopic.Length == 0)
        {
            return null;
        }

        var address = new MqttClientOptions
        {
            Host = options.Host,
            Port = options.Port,
            ClientId = "load-alerts",
            Version = MqttVersion.V311,
        };
        var listener = new MqttClient(address, new AlertInlet(matcher, now), time);
        await listener.ConnectAsync(cancellationToken);

        // Retained alerts of an earlier run would be unexpected ones; 3.1.1 cannot refuse them, so they are let pass before the start.
        await listener.SubscribeAsync(new MqttSubscription(options.AlertTopic, 1));
        return listener;
    }

    private async Task<TimeSpan> DrainAsync(LoadConnection[] connections, long sent, RunClock clock, CancellationToken cancellationToken)
    {
        TimeSpan limit = clock.Elapsed + options.Grace;
        while (options.Qos > 0 && connections.Sum(c => c.Acknowledged) < sent && clock.Elapsed < limit
            && connections.All(c => c.Fault is null))
        {
            await Task.WhenAny(connections.Where(c => c.Unacknowledged > 0).Select(c => c.WaitForAcknowledgementAsync())
                .Append(Task.Delay(Poll, time, cancellationToken)));
        }

        return clock.Elapsed;
    }

    private async Task WaitForAlertsAsync(AlertMatcher matcher, RunClock clock, CancellationToken cancellationToken)
    {
        TimeSpan limit = clock.Elapsed + options.Grace;
        while (options.AlertTopic.Length > 0 && matcher.Missing > 0 && clock.Elapsed < limit)
        {
            await Task.Delay(Poll, time, cancellationToken);
        }
    }
}
