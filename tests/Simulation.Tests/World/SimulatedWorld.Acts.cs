using Millwright.Simulation.Tests.Network;
using Millwright.Simulation.Tests.Store;
using Millwright.Twins;
using Orleans;
using Orleans.Runtime;

namespace Millwright.Simulation.Tests.World;

/// <summary>What can happen next.</summary>
internal sealed partial class SimulatedWorld
{
    private bool Act(int round)
    {
        SiloProcess alive = Silo;
        if (options.PowerCutsOnly > 0 && (round + 1) % (options.Rounds / (options.PowerCutsOnly + 1)) == 0)
        {
            Bury(cutsPower: true);
            return true;
        }

        if (options.ChangesDetectors && operators.Next(4) == 0)
        {
            ChangeDetector(alive, Devices[operators.Next(Devices.Count)]);
        }

        switch (random.Next(22))
        {
            case < 6:
                Device device = Devices[random.Next(Devices.Count)];
                device.Publish(alive.Intake, alive.Inlet, 1 + random.Next(5));
                Settle();
                break;
            case < 10:
                Pump();
                break;
            case < 14:
                StepFeeder(1 + random.Next(6));
                break;
            case < 16:
                Advance(TimeSpan.FromMilliseconds(random.Next(5) == 0 ? random.Next(40_000) : random.Next(3_000)));
                break;
            case 16:
                if (alive.Store.HasWork)
                {
                    alive.Store.Pump();
                    Settle();
                }

                break;
            case 17:
                Devices[random.Next(Devices.Count)].Disconnect();
                break;
            default:
                Disturb(alive);
                break;
        }

        return true;
    }

    private void Disturb(SiloProcess alive)
    {
        switch (random.Next(9))
        {
            case 0 when appetite.Disk:
                setup.Disk.Trouble.Begin(random);
                Coverage.DiskFaults++;
                Trace.Note($"disk trouble: sync {setup.Disk.Trouble.Sync} write {setup.Disk.Trouble.Write}");
                break;
            case 1 when appetite.Store:
                alive.Store.Condition = (StoreCondition)random.Next(4);
                alive.Store.Patience = 1 + random.Next(6);
                Trace.Note($"store is {alive.Store.Condition}");
                break;
            case 2 when appetite.Clock:
                StepClock();
                break;
            case 3 when appetite.Deactivations:
                Deactivate(alive);
                break;
            case 4:
                Ask(alive, Devices[random.Next(Devices.Count)]);
                break;
            case 5 when appetite.Kills && !alive.Life.IsArmed:
                alive.Life.DieAtWrite(1 + random.Next(12));
                Trace.Note("death is near");
                break;
            case 6 when appetite.Kills:
                Trace.Note("kill");
                Bury(cutsPower: false);
                break;
            case 7 when appetite.PowerCuts:
                Bury(cutsPower: true);
                break;
            case 8 when appetite.Deactivations && random.Next(3) == 0:
                Stop(alive);
                break;
            default:
                break;
        }
    }

    private void StepClock()
    {
        TimeSpan step = TimeSpan.FromHours(random.Next(2) == 0 ? 1 : -1);
        if ((time.WallOffset + step).Duration() <= TimeSpan.FromHours(3))
        {
            time.WallOffset += step;
            Trace.Note($"clock {step}");
        }
    }

    private void Deactivate(SiloProcess alive)
    {
        Activation[] living = [.. alive.Silo.Activations.All.OrderBy(a => a.GrainId)];
        if (living.Length > 0)
        {
            Activation chosen = living[random.Next(living.Length)];
            Trace.Note($"deactivate {chosen.GrainId}");
            chosen.Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, "The simulation says so."));
            Settle();
        }
    }

    /// <summary>Someone looks, or asks for a checkpoint; whether it works is not their business.</summary>
    private void Ask(SiloProcess alive, Device device)
    {
        IAssetTwinGrain twin = alive.Grains.GetGrain<IAssetTwinGrain>(device.AssetId);
        _ = random.Next(2) == 0 ? HereAsync(twin.CheckpointAsync()) : HereAsync(twin.GetAsync());
        Settle();
    }

    /// <summary>Whether it is done, refused or lost on the way is the twin's to know.</summary>
    private void ChangeDetector(SiloProcess alive, Device device)
    {
        DetectorCommandKind kind = operators.Next(3) == 0 ? DetectorCommandKind.Shadow : (DetectorCommandKind)operators.Next(4);
        (string id, string metric, string parameters) = operators.Next(2) == 0
            ? ("hot", "temperature", $"\"upper\": {operators.Next(61, 67)}, \"hysteresis\": 2")
            : ("frozen", "level", "\"samples\": 2, \"duration\": 1, \"factor\": 1, \"min-changes\": 2");
        Trace.Note($"{kind} {id} of {device.Name}");
        _ = ChangeAsync(alive.Grains.GetGrain<IAssetTwinGrain>(device.AssetId), new DetectorCommand
        {
            Kind = kind,
            DetectorId = id,
            Operator = "simulation",
            Definition = kind != DetectorCommandKind.Shadow ? null
                : $$"""
                  { "kind": "{{(id == "hot" ? "threshold" : "stuck")}}", "metrics": ["{{metric}}"], "alert": "{{(id == "hot" ? "Hot" : "Frozen")}}",
                    "category": "machine", "version": "v{{operators.Next(1_000_000)}}", "parameters": { {{parameters}} } }
                  """,
        });
        Settle();
    }

    private async Task ChangeAsync(IAssetTwinGrain twin, DetectorCommand command)
    {
        DetectorResult result = await twin.ChangeDetectorAsync(command);
        Trace.Note($"{command.Kind} {command.DetectorId}: {result.Code ?? "done"}");
    }

    private static async Task HereAsync(ValueTask call) => await call;

    /// <summary>An orderly stop, as far as the time for it lasts.</summary>
    private void Stop(SiloProcess alive)
    {
        Trace.Note("stop");
        Devices.ForEach(d => d.Disconnect());
        for (int i = 0; i < 20 && alive.Silo.Activations.Count > 0; i++)
        {
            // In rounds, as the silo does: last words may wake grains that are gone.
            foreach (Activation activation in alive.Silo.Activations.All.OrderBy(a => a.GrainId))
            {
                activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo stops."));
            }

            Settle();
            Advance(TimeSpan.FromSeconds(1));
        }

        if (alive.Silo.Activations.Count == 0)
        {
            alive.Log.Dispose();
            Tap.Read();
        }

        Bury(cutsPower: false);
    }
}
