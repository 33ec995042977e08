using Millwright.Cli.Drill.Canary;
using Millwright.Cli.Drill.Target;
using Millwright.Cli.Drill.Verdict;

namespace Millwright.Cli.Drill;

/// <summary>One drill: load, kills at random instants, then calm, and the verdict.</summary>
internal sealed class DrillRun(DrillOptions options, IDrillTarget target, TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan DrainPoll = TimeSpan.FromSeconds(1);

    private readonly Recovery recovery = new(time);
    private readonly SiloReader silo = new(target.Http, time);
    private int kills;

    /// <param name="stop">Ends the kills; what was sent is still drained and checked.</param>
    public async Task<DrillReport> RunAsync(CancellationToken stop)
    {
        using var end = new CancellationTokenSource();
        await target.StartAsync(stop);
        await ReadyAsync(stop);
        DateTimeOffset started = time.GetUtcNow();
        var plan = new CanaryPlan(target.Namespace, options, started);
        var parts = new CanaryParts(plan, new CanaryBook(options.Assets), recovery, time);
        var ear = new AlertEar(target.Broker, target.Namespace, recovery, time);
        Task hearing = ear.RunAsync(end.Token);
        await ListeningAsync(ear, stop);
        Task[] publishing =
        [
            .. Enumerable.Range(0, Math.Min(options.Connections, options.Assets)).Select(c => Task.Run(
                () => new CanaryConnection(
                    target.Broker with { ClientId = $"{target.Broker.ClientId}-{c}", MaxInFlight = options.InFlight },
                    parts,
                    c,
                    Math.Min(options.Connections, options.Assets)).RunAsync(end.Token),
                CancellationToken.None)),
        ];
        try
        {
            await KillsAsync(publishing, stop);
            parts.End(time.GetUtcNow());
            TimeSpan loaded = time.GetUtcNow() - started;
            var checker = new Checker(silo, plan, parts.Book, new AlertReference(plan, target.Model), ear.Heard);
            bool isDrained = await DrainAsync(parts.Book, Task.WhenAll(publishing), checker);
            await HearOutAsync(ear.Heard);
            if (ear.LostSessions > 0)
            {
                say($"the silo lost the listener's MQTT session {ear.LostSessions} times");
            }

            say($"checking {parts.Book.Acknowledged * CanaryPlan.Metrics.Length} acknowledged samples");
            Findings findings = await checker.CheckAsync(CancellationToken.None);
            return Report(parts, findings, ear, started, loaded, isDrained);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAny(Task.WhenAll([hearing, .. publishing]));
        }
    }

    private async Task KillsAsync(Task[] publishing, CancellationToken stop)
    {
        var random = new Random(unchecked((int)options.Seed));
        using var waiting = new CancellationTokenSource();
        Task ready = Task.CompletedTask;
        try
        {
            await PauseAsync(options.Calm, publishing, stop);
            while (kills < options.Kills)
            {
                TimeSpan gap = options.Gap.Min + ((options.Gap.Max - options.Gap.Min) * random.NextDouble());
                await PauseAsync(gap, publishing, stop);
                int kill = recovery.Kill();
                if (target.Ended is { } why)
                {
                    say(why);
                }

                await target.KillAsync(CancellationToken.None);
                await target.RestartAsync(CancellationToken.None);
                kills++;
                ready = NoteReadyAsync(kill, waiting.Token);
                say($"kill {kills} of {options.Kills}");
            }

            await RecoveredAsync(publishing, stop);
            await PauseAsync(options.Calm, publishing, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            say("stopped; what was sent is still checked");
        }

        await ReadyAsync(CancellationToken.None);
        await waiting.CancelAsync();
        await Task.WhenAny(ready);
    }

    private async Task PauseAsync(TimeSpan pause, Task[] publishing, CancellationToken stop)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task delay = Task.Delay(pause, time, over.Token);
        Task ended = target.WaitForEndAsync(over.Token);
        Task first = await Task.WhenAny([delay, ended, .. publishing]);
        await over.CancelAsync();
        await first;
    }

    private async Task NoteReadyAsync(int kill, CancellationToken cancellationToken)
    {
        while (kill == kills && !await silo.IsReadyAsync(cancellationToken))
        {
            await Task.Delay(Poll, time, cancellationToken);
        }

        recovery.Ready(kill);
    }

    /// <summary>The last kill has its recovery too, if one comes.</summary>
    private async Task RecoveredAsync(Task[] publishing, CancellationToken stop)
    {
        long begin = time.GetTimestamp();
        while (!recovery.IsComplete && kills > 0 && target.Ended is null && time.GetElapsedTime(begin) < options.Patience)
        {
            await PauseAsync(Poll, publishing, stop);
        }
    }

    private async Task ReadyAsync(CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        while (!await silo.IsReadyAsync(cancellationToken))
        {
            if (target.Ended is { } why)
            {
                throw new DrillException(why);
            }

            if (time.GetElapsedTime(begin) > options.Patience)
            {
                throw new DrillException($"The silo is not ready within {options.Patience.TotalSeconds} s.");
            }

            await Task.Delay(Poll, time, cancellationToken);
        }
    }

    /// <summary>Until everything is acknowledged and has reached its twin; false when nothing moves any more before that.</summary>
    private async Task<bool> DrainAsync(CanaryBook book, Task publishing, Checker checker)
    {
        long before = -1;
        long moved = time.GetTimestamp();
        while (true)
        {
            await Task.WhenAny(publishing, Task.Delay(DrainPoll, time, CancellationToken.None));
            if (publishing.IsFaulted)
            {
                await publishing;
            }

            long taken = publishing.IsCompleted ? await checker.TakenAsync(CancellationToken.None) : 0;
            if (publishing.IsCompleted && taken >= book.TotalSent * CanaryPlan.Metrics.Length)
            {
                // Alerts leave their twin after the samples: one more look gives the last of them the time.
                await Task.Delay(DrainPoll * 3, time, CancellationToken.None);
                return true;
            }

            if (book.Acknowledged + taken != before)
            {
                (before, moved) = (book.Acknowledged + taken, time.GetTimestamp());
            }
            else if (time.GetElapsedTime(moved) > options.Patience)
            {
                return false;
            }

            if (publishing.IsCompleted)
            {
                await Task.Delay(DrainPoll, time, CancellationToken.None);
            }
        }
    }

    private async Task ListeningAsync(AlertEar ear, CancellationToken stop)
    {
        try
        {
            await ear.Listening.WaitAsync(options.Patience, time, stop);
        }
        catch (TimeoutException fault)
        {
            throw new DrillException("The silo takes no subscription over MQTT.", fault);
        }
    }

    /// <summary>What is on its way to the ear gets there; it ends when nothing more comes.</summary>
    private async Task HearOutAsync(HeardAlerts heard)
    {
        int before;
        do
        {
            before = heard.Count;
            await Task.Delay(DrainPoll * 3, time, CancellationToken.None);
        }
        while (heard.Count != before);
    }

    private DrillReport Report(CanaryParts parts, Findings findings, AlertEar ear, DateTimeOffset started, TimeSpan loaded, bool isDrained)
    {
        (Quantiles ready, Quantiles acknowledged, Quantiles alerted) = recovery.Summary();
        CanaryBook book = parts.Book;
        return new DrillReport
        {
            Kills = kills,
            Lost = findings.Lost,
            Doubled = findings.Doubled,
            MissingAlerts = findings.MissingAlerts,
            SurplusAlerts = findings.SurplusAlerts,
            MissingAnnouncements = findings.MissingAnnouncements,
            RepeatedAnnouncements = ear.Heard.Repeated,
            Crashes = target.Crashes + (target.Ended is null ? 0 : 1),
            SurplusSamples = findings.SurplusSamples,
            Alerts = findings.Alerts,
            ExpectedAlerts = findings.ExpectedAlerts,
            PlannedFaults = target.Model.Assets.Count == 0
                ? 0 : Enumerable.Range(0, options.Assets).Sum(a => (long)parts.Plan.WholeFaults(a, book.Sent(a))),
            FatesAddUp = findings.FateFaults == 0,
            Late = findings.Late,
            Acknowledged = book.Acknowledged * CanaryPlan.Metrics.Length,
            Duplicates = findings.Duplicates,
            Resent = book.Resent * CanaryPlan.Metrics.Length,
            SamplesPerSecond = Math.Round(book.Acknowledged * CanaryPlan.Metrics.Length / Math.Max(0.001, loaded.TotalSeconds)),
            RecoveryMs = alerted,
            ReadyMs = ready,
            AcknowledgedMs = acknowledged,
            AlertDelayMs = recovery.AlertDelays.Summary(),
            Interrupted = recovery.Interrupted,
            Drained = isDrained,
            Seed = options.Seed,
            Assets = options.Assets,
            Seconds = Math.Round(loaded.TotalSeconds, 1),
            Started = started,
            Examples = findings.Examples,
        };
    }
}
