using Millwright.Alerts;
using Millwright.Ingest.Log;
using Millwright.Simulation.Tests.Disk;
using Millwright.Simulation.Tests.Network;
using Millwright.Simulation.Tests.Scheduling;
using Millwright.Simulation.Tests.Store;
using Millwright.Twins;

namespace Millwright.Simulation.Tests.World;

/// <summary>
/// One run: devices, a disk, a store and a silo that lives several lives, all moved by one thread and one seed. Faults come for a while;
/// then everything is well, and what was acknowledged must come out.
/// </summary>
internal sealed partial class SimulatedWorld
{
    private readonly RunOptions options;
    private readonly Random random;
    private readonly Random operators;
    private readonly Appetite appetite;
    private readonly WorldTime time = new();
    private readonly StoreMedium medium = new();
    private readonly SiloSetup setup;
    private SiloProcess? silo;
    private bool isHealing;

    private SimulatedWorld(RunOptions options)
    {
        this.options = options;
        random = new Random(options.Seed);
        operators = new Random(~options.Seed);
        appetite = Appetite.Draw(options, random);
        setup = new SiloSetup(options, new SimulatedDisk(), medium, time, random, Trace, Published);
        Devices = [.. new[] { "press-1", "press-2", "press-3" }.Select((name, i) =>
            new Device(name, options.MessagesPerDevice, isHttp: i == 2 && random.Next(2) == 0, random, Trace))];
    }

    public Trace Trace { get; } = new();

    public Coverage Coverage { get; } = new() { Runs = 1 };

    public List<Device> Devices { get; }

    public LogTap Tap { get; } = new();

    /// <summary>Alerts as a subscriber saw them come, with the number of store commits lost by then.</summary>
    public List<(AlertEvent Alert, int Lost)> Streamed { get; } = [];

    /// <summary>The silo at rest, after the run.</summary>
    public SiloProcess Silo => silo ?? throw new InvalidOperationException("There is no silo.");

    /// <summary>Never throws for what the silo does: a failure is in the report.</summary>
    public static RunReport Run(RunOptions options)
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        var world = new SimulatedWorld(options);
        List<string> failures = [];
        try
        {
            world.Live();
            world.Heal();
            failures.AddRange(Checks.RunChecks.Of(world));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            failures.Add(failure.ToString());
        }
        finally
        {
            world.silo?.Bury();
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        world.Coverage.Events = world.Trace.Events;
        return new RunReport(options, world.Trace, failures, world.Coverage);
    }

    /// <summary>Runs something of the process to its end; it is asked outside of all faults.</summary>
    public T Ask<T>(Func<SiloProcess, ValueTask<T>> question)
    {
        Task<T> answer = HereAsync(question(Silo));
        for (int i = 0; i < 200 && !answer.IsCompleted; i++)
        {
            Settle();
            Advance(TimeSpan.FromMilliseconds(100));
        }

        return answer.IsCompleted ? answer.GetAwaiter().GetResult() : throw new InvalidOperationException("A question is never answered.");
    }

    /// <summary>Not AsTask, which completes on the thread pool.</summary>
    private static async Task<T> HereAsync<T>(ValueTask<T> call) => await call;

    private void Published(string stream, object? item)
    {
        if (stream == TwinStreams.Alerts && item is AlertEvent alert)
        {
            Trace.Note($"alert {alert.AssetId} {alert.Sequence} {alert.Kind} {alert.Id[..6]}");
            Streamed.Add((alert, medium.Lost));
        }
    }

    /// <summary>The time of faults.</summary>
    private void Live()
    {
        for (int i = 0; i < options.Rounds; i++)
        {
            if (silo is null && !TryStart())
            {
                continue;
            }

            int round = i;
            Protect(() => Act(round));
        }
    }

    /// <summary>Faults end; devices and silo go on until nothing is left to do.</summary>
    private void Heal()
    {
        isHealing = true;
        Trace.Note("heal");
        setup.Disk.Trouble.End();
        for (int round = 0; round < 300 && !Protect(HealRound); round++)
        {
        }

        if (!Devices.TrueForAll(d => d.IsDone))
        {
            throw new InvalidOperationException("The devices never get rid of their messages.");
        }

        // Whoever looks at a twin wakes it; twins at rest write, deliver what they owe, and let go of the log.
        foreach (Device device in Devices)
        {
            Ask(s => s.Grains.GetGrain<IAssetTwinGrain>(device.AssetId).GetAsync());
        }

        for (int i = 0; i < 3; i++)
        {
            Advance(TimeSpan.FromSeconds(12));
            StepFeeder(1_000);
        }
    }

    private bool HealRound()
    {
        if (silo is null && !TryStart())
        {
            return false;
        }

        SiloProcess alive = Silo;
        alive.Network.Trouble = 0;
        alive.Store.Condition = StoreCondition.Prompt;
        alive.Life.DieAtWrite(int.MaxValue);
        Devices.ForEach(d => d.Publish(alive.Intake, alive.Inlet, 100));
        Pump();
        bool moved = StepFeeder(1_000);
        Advance(TimeSpan.FromSeconds(3));
        return Devices.TrueForAll(d => d.IsDone) && !moved;
    }

    /// <summary>Does something on behalf of the process, which may not survive it. False when it did not.</summary>
    private bool Protect(Func<bool> action)
    {
        bool result = false;
        try
        {
            result = action();
        }
        catch (ProcessDeadException)
        {
            result = false;
        }

        if (silo is { Life.IsDead: true })
        {
            Bury(random.Next(2) == 0 && appetite.PowerCuts);
            return false;
        }

        return result;
    }

    private bool TryStart()
    {
        var life = new Mortality();
        if (appetite.Kills && random.Next(8) == 0 && !isHealing)
        {
            life.DieAtWrite(1 + random.Next(4));
        }

        try
        {
            silo = new SiloProcess(setup, life);
            Coverage.TailsCut += silo.Log.CutBytes > 0 ? 1 : 0;
            Tap.Attach(silo.Log);
            Tap.Read();
            silo.Network.Trouble = appetite.Network;
            Trace.Note($"start at {silo.Log.DurableEnd}, cut {silo.Log.CutBytes}");
            return true;
        }
        catch (Exception failure) when (failure is ProcessDeadException or LogDiskException)
        {
            Trace.Note($"start fails: {failure.GetType().Name}");
            silo = null;
            if (appetite.PowerCuts && random.Next(2) == 0)
            {
                CutPower();
            }

            return false;
        }
    }

    private void Bury(bool cutsPower)
    {
        silo!.Life.Die();
        silo.Bury();
        silo = null;
        Tap.Detach();
        Devices.ForEach(d => d.Disconnect());
        if (cutsPower)
        {
            CutPower();
        }
        else
        {
            Coverage.Kills++;
            Trace.Note("killed");
        }

        if (appetite.Rot && random.Next(4) == 0 && medium.Rot(random) is { } asset)
        {
            Coverage.Rotten++;
            Trace.Note($"rot in {asset}");
        }
    }

    private void CutPower()
    {
        Coverage.PowerCuts++;
        int before = medium.Lost;
        setup.Disk.CutPower(random);
        medium.CutPower(random);
        Coverage.StoreCommitsLost += medium.Lost - before;
        Trace.Note($"power cut, store lost {medium.Lost - before}");
    }

    /// <summary>Lets the process run until it waits for time or for a store that is slow.</summary>
    private void Settle()
    {
        SiloProcess alive = Silo;
        alive.Loop.Drain();
        while (alive.Store.HasWork && alive.Store.Condition != StoreCondition.Slow)
        {
            alive.Store.Pump();
            alive.Loop.Drain();
        }
    }

    private void Advance(TimeSpan by)
    {
        long until = time.Ticks + by.Ticks;
        while (Silo.Clock.FireNext(until))
        {
            Settle();
        }

        time.Ticks = until;
        Settle();
    }

    private void Pump()
    {
        Silo.Log.Pump();
        Tap.Read();
        Settle();
    }

    /// <summary>True when it moved at all.</summary>
    private bool StepFeeder(int rounds)
    {
        SiloProcess alive = Silo;
        bool moved = false;
        for (int i = 0; i < rounds; i++)
        {
            try
            {
                alive.Step ??= alive.Feeder.StepAsync(CancellationToken.None).AsTask();
                Settle();
                if (!alive.Step.IsCompleted)
                {
                    return moved;
                }

                Task<bool> done = alive.Step;
                alive.Step = null;
                if (!done.GetAwaiter().GetResult())
                {
                    return moved;
                }

                moved = true;
            }
            catch (LogDiskException failure)
            {
                // As the feeder's own loop: the disk cannot be read just now.
                Trace.Note($"feeder: {failure.Message}");
                return moved;
            }
        }

        return moved;
    }
}
