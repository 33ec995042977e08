using Millwright.Simulation.Messages;
using Millwright.Simulation.Publishing;

namespace Millwright.Simulation;

/// <summary>
/// Publishes a simulation as its event times come due on the clock, never before: an engine rejects samples from the future.
/// </summary>
public sealed class SimulatorRunner(PlantSimulation simulation, ITelemetryPublisher publisher, TimeProvider time)
{
    private const int InFlight = 512;

    /// <summary>At-least-once unless told otherwise.</summary>
    public int Qos { get; init; } = 1;

    /// <summary>
    /// Simulated seconds per second while the simulation lies in the past; once it has caught up with the clock it runs in real time.
    /// </summary>
    public double Speed { get; init; } = 1;

    /// <summary>Where to stop, in event time; null: run until cancelled.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Told after each tick; for progress bars.</summary>
    public Action<SimulatorProgress>? Progress { get; init; }

    public async Task<SimulatorProgress> RunAsync(CancellationToken cancellationToken)
    {
        var window = new PublishWindow(publisher, InFlight);
        DateTimeOffset simulatedOrigin = simulation.Now;
        DateTimeOffset clockOrigin = time.GetUtcNow();
        long messages = 0;
        try
        {
            while (!cancellationToken.IsCancellationRequested && (End is null || simulation.Now < End))
            {
                TimeSpan wait = DueAt(simulatedOrigin, clockOrigin) - time.GetUtcNow();
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, time, cancellationToken);
                }

                foreach (PlantMessage message in simulation.Step(PlantSimulation.Tick))
                {
                    await window.PublishAsync(message.Topic, message.Payload, Qos, cancellationToken);
                    messages++;
                }

                Progress?.Invoke(new SimulatorProgress(simulation.Now, messages));
            }

            await window.DrainAsync();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop: what is on its way is not waited for, since the receiver may be the reason for stopping.
        }

        return new SimulatorProgress(simulation.Now, messages);
    }

    private DateTimeOffset DueAt(DateTimeOffset simulatedOrigin, DateTimeOffset clockOrigin)
    {
        DateTimeOffset scaled = clockOrigin + ((simulation.Now - simulatedOrigin) / Speed);
        return scaled > simulation.Now ? scaled : simulation.Now;
    }
}
