using System.Reactive.Concurrency;
using System.Reactive.Subjects;

namespace Millwright.Detectors;

/// <summary>One composition at work: what goes in, and what comes out while it is fed.</summary>
internal sealed class ReactivePipeline : IObserver<Anomaly>, IDisposable
{
    private readonly Subject<Sample> samples = new();
    private readonly List<Anomaly> found = [];
    private readonly HistoricalScheduler eventTime;
    private readonly IDisposable subscription;

    /// <summary>The thread that feeds it just now; zero between samples.</summary>
    private volatile int feeder;

    public ReactivePipeline(IReactiveDetector detector, IReadOnlyDictionary<string, double> parameters, DateTimeOffset start)
    {
        eventTime = new HistoricalScheduler(start);
        feeder = Environment.CurrentManagedThreadId;
        try
        {
            subscription = detector.Detect(samples, eventTime, parameters).Subscribe(this);
        }
        catch (Exception e)
        {
            // Foreign code: whatever it throws concerns this detector only.
            subscription = samples;
            Fault = e.Message;
        }

        feeder = 0;
    }

    /// <summary>Why it no longer works; null while it does. It stays silent from then on.</summary>
    public string? Fault { get; private set; }

    /// <summary>What it says to this sample; to be read before the next.</summary>
    public IReadOnlyList<Anomaly> Feed(in Sample sample)
    {
        found.Clear();
        if (Fault is not null)
        {
            return found;
        }

        feeder = Environment.CurrentManagedThreadId;
        try
        {
            if (sample.EventTime > eventTime.Now)
            {
                eventTime.AdvanceTo(sample.EventTime);
            }

            samples.OnNext(sample);
        }
        catch (Exception e)
        {
            // As above: an exception of an operator's function comes out here when nobody in the composition takes it.
            Fault = e.Message;
        }
        finally
        {
            feeder = 0;
        }

        return found;
    }

    public void OnNext(Anomaly value)
    {
        // Another thread may speak at any moment, also while this one feeds: what it said would depend on who is faster.
        if (feeder != Environment.CurrentManagedThreadId)
        {
            Fault = "It spoke on its own: an operator runs on the wall clock. Give it the scheduler of event time.";
            return;
        }

        found.Add(value);
    }

    public void OnError(Exception error) => Fault = error.Message;

    public void OnCompleted() => Fault ??= "It has completed.";

    public void Dispose()
    {
        subscription.Dispose();
        samples.Dispose();
    }
}
