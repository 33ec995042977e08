using System.Collections.Immutable;
using Millwright.Core.Twins;
using Millwright.Core.Windows;

namespace Millwright.Core.Peers;

/// <summary>
/// Looks through the history of one asset, in the order of event time, and keeps for each metric what it was like by operating state and
/// band of load. The operating state is judged as the twin judges it, instant by instant, by the same code.
/// </summary>
public sealed class PeerSurvey
{
    private readonly PeerQuestion question;
    private readonly OperatingStateTrack state;
    private readonly List<MetricTrack> metrics = [];
    private readonly bool[] affectsState;

    // By metric of the table: its place in the question, -1 for none.
    private readonly int[] places;
    private readonly int load;
    private readonly EvenSample?[] samples;
    private readonly StateCorrelations?[] correlations;
    private readonly long[] heardAt;
    private long since = Ticks.None;

    /// <param name="definition">The asset's; its metric table may be longer than the model's.</param>
    public PeerSurvey(TwinDefinition definition, PeerQuestion question)
    {
        this.question = question;
        state = new OperatingStateTrack(definition.States, definition.Time.MaxStateGap);
        for (int i = 0; i < definition.Metrics.Length; i++)
        {
            metrics.Add(new MetricTrack(i, definition.Metrics[i], [], TimeSpan.Zero));
        }

        affectsState = [.. metrics.Select(m => definition.States.Any(s => s.Conditions.Any(c => c.Metric == m.Index)))];
        places = [.. metrics.Select(m => m.Rule.IsText ? -1 : question.Metrics.IndexOf(m.Rule.Name))];
        load = metrics.FindIndex(m => !m.Rule.IsText && m.Rule.Name == question.Load);
        samples = new EvenSample?[state.Names.Length * (question.Bands.Length + 1) * question.Metrics.Length];
        correlations = new StateCorrelations?[state.Names.Length];
        heardAt = [.. question.Metrics.Select(_ => Ticks.None)];
    }

    /// <summary>Names of the metrics that have to be read for it.</summary>
    public ImmutableArray<string> Inputs =>
        [.. metrics.Where(m => affectsState[m.Index] || places[m.Index] >= 0 || m.Index == load).Select(m => m.Rule.Name)];

    public int IndexOf(string metric) => metrics.FindIndex(m => m.Rule.Name == metric);

    /// <summary>There is a hole: what comes is no neighbour of what came.</summary>
    public void Break()
    {
        since = Ticks.None;
        Array.Fill(heardAt, Ticks.None);
    }

    /// <summary>Takes all good samples of one instant, newer than all before.</summary>
    public void Observe(long ticks, ReadOnlySpan<(int Metric, double Value, string? Text)> instant)
    {
        state.Advance(ticks);
        bool isAsked = false;
        foreach ((int metric, double value, string? text) in instant)
        {
            metrics[metric].SetOrdered(ticks, value, text);
            isAsked |= affectsState[metric];
        }

        int before = state.Current;
        if (isAsked)
        {
            state.Enter(state.Judge(metrics));
        }

        if (state.Current != before || since == Ticks.None)
        {
            // The first state did not just begin; we only begin to see it.
            since = before == state.Current || before == state.Names.Length - 1 ? ticks - question.Settle.Ticks : ticks;
            Array.Fill(heardAt, Ticks.None);
        }

        if (ticks - since >= question.Settle.Ticks && Band() is >= 0 and var band)
        {
            Count(ticks, band, instant);
        }
    }

    /// <summary>What was seen, in the order of states, bands and metrics.</summary>
    /// <param name="least">Fewest samples with which a metric is known.</param>
    public ImmutableArray<PeerLevel> Levels(int least)
    {
        List<PeerLevel> levels = [];
        for (int i = 0; i < samples.Length; i++)
        {
            if (samples[i] is { } sample && sample.Count >= least)
            {
                (double level, double spread, double tail) = sample.Measure();
                int place = i % question.Metrics.Length;
                int cell = i / question.Metrics.Length;
                levels.Add(new PeerLevel(
                    question.Metrics[place], state.Names[cell / (question.Bands.Length + 1)], cell % (question.Bands.Length + 1),
                    sample.Count, level, spread, tail));
            }
        }

        return [.. levels];
    }

    /// <summary>Of the question's metrics in a state: the lower triangle without the diagonal; null when too little was seen.</summary>
    public double[]? Correlations(string operatingState, int least) =>
        Array.IndexOf(state.Names, operatingState) is >= 0 and var index && correlations[index] is { } seen && seen.Rows >= least
            ? seen.ToTriangle() : null;

    /// <summary>-1 while the load is not known.</summary>
    private int Band()
    {
        if (question.Bands.IsEmpty)
        {
            return 0;
        }

        if (load < 0 || metrics[load].OrderedTicks == Ticks.None)
        {
            return -1;
        }

        int band = 0;
        while (band < question.Bands.Length && metrics[load].OrderedValue >= question.Bands[band])
        {
            band++;
        }

        return band;
    }

    private void Count(long ticks, int band, ReadOnlySpan<(int Metric, double Value, string? Text)> instant)
    {
        int first = ((state.Current * (question.Bands.Length + 1)) + band) * question.Metrics.Length;
        foreach ((int metric, double value, _) in instant)
        {
            if (places[metric] is >= 0 and var place)
            {
                (samples[first + place] ??= new EvenSample()).Add(value);
                heardAt[place] = ticks;
            }
        }

        if (question.HasCorrelations && !heardAt.Contains(Ticks.None))
        {
            StateCorrelations seen = correlations[state.Current] ??= new StateCorrelations(question.Metrics.Length);
            Span<double> row = stackalloc double[question.Metrics.Length];
            for (int metric = 0; metric < places.Length; metric++)
            {
                if (places[metric] >= 0)
                {
                    row[places[metric]] = metrics[metric].OrderedValue;
                }
            }

            seen.Add(row);
        }
    }
}
