using System.Collections.Immutable;
using Millwright.Core.Peers;
using Millwright.Grains.Replay;
using Millwright.Grains.Twins;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Grains.Peers;

/// <summary>
/// Looks through stored histories, never more of them than fits in the time of one answer: the stretch is cut into slices, and of each
/// slice its beginning is read, so that a long stretch is seen at several places rather than only at its start. Of all metrics of a
/// slice the same time is looked at.
/// </summary>
public sealed class PeerReader(StoredTwins twins)
{
    /// <summary>Samples of all assets of one question together: about a second of a core.</summary>
    public const int MaxSamples = 400_000;

    private const int Slices = 8;
    private const int LeastOfSlice = 32;
    private const int MostOfAsset = 100_000;
    private const int LeastRows = 30;

    /// <summary>Samples of one asset when so many are asked about.</summary>
    public static int Share(int assets) => Math.Min(MaxSamples / Math.Max(1, assets), MostOfAsset);

    /// <summary>Null for an asset that was never written.</summary>
    public async ValueTask<PeerFindings?> SurveyAsync(
        string assetId, PeerQuestion question, PeerRange range, int samples, CancellationToken cancellationToken)
    {
        if (await twins.OpenHistoryAsync(assetId, cancellationToken) is not { } history)
        {
            return null;
        }

        var survey = new PeerSurvey(history.Blueprint.Definition, question);
        ImmutableArray<string> inputs = survey.Inputs;
        int limit = Math.Max(LeastOfSlice, samples / Slices / Math.Max(1, inputs.Length));
        long taken = 0;
        long step = Math.Max(1, (range.To - range.From).Ticks / Slices);
        for (DateTimeOffset start = range.From; start < range.To && !inputs.IsEmpty;)
        {
            DateTimeOffset end = (range.To - start).Ticks < 2 * step ? range.To : start.AddTicks(step);
            taken += Feed(survey, await SliceAsync(history, survey, inputs, new PeerRange(start, end), limit, cancellationToken));
            start = end;
        }

        ImmutableArray<PeerLevel> levels = survey.Levels(1);
        return new PeerFindings(
            assetId,
            levels,
            levels.Select(l => l.State).Distinct(StringComparer.Ordinal)
                .Select(state => (State: state, Found: survey.Correlations(state, LeastRows))).Where(c => c.Found is not null)
                .ToDictionary(c => c.State, c => c.Found!, StringComparer.Ordinal),
            taken);
    }

    /// <summary>Loads at which the bands begin: the thirds of what the asset itself had. Empty when its load is always the same.</summary>
    public async ValueTask<ImmutableArray<double>> BandsAsync(
        string assetId, string load, PeerRange range, int samples, CancellationToken cancellationToken)
    {
        var question = new PeerQuestion { Metrics = [load] };
        if (await twins.OpenHistoryAsync(assetId, cancellationToken) is not { } history)
        {
            return [];
        }

        var survey = new PeerSurvey(history.Blueprint.Definition, question);
        List<double> seen = [];
        long step = Math.Max(1, (range.To - range.From).Ticks / Slices);
        for (DateTimeOffset start = range.From; start < range.To && survey.IndexOf(load) >= 0;)
        {
            DateTimeOffset end = (range.To - start).Ticks < 2 * step ? range.To : start.AddTicks(step);
            List<Sample> slice = await SliceAsync(history, survey, [load], new PeerRange(start, end), samples / Slices, cancellationToken);
            seen.AddRange(slice.Select(s => s.Value));
            start = end;
        }

        double[] sorted = [.. seen.Where(double.IsFinite).Order()];
        if (sorted.Length < LeastRows)
        {
            return [];
        }

        double low = sorted[sorted.Length / 3];
        double high = sorted[2 * sorted.Length / 3];
        return low == sorted[0] && high == low ? [] : low == sorted[0] || high == low ? [high] : [low, high];
    }

    private static async ValueTask<List<Sample>> SliceAsync(
        AssetHistory history, PeerSurvey survey, ImmutableArray<string> inputs, PeerRange range, int limit,
        CancellationToken cancellationToken)
    {
        List<Sample> samples = [];
        DateTimeOffset end = range.To;
        foreach (string metric in inputs)
        {
            ImmutableArray<HistoryPoint> points = await history.ReadAsync(metric, range.From, range.To, limit, cancellationToken);
            int index = survey.IndexOf(metric);
            end = points.Length == limit && points[^1].EventTime < end ? points[^1].EventTime : end;
            samples.AddRange(points.Where(p => p.Quality == SampleQuality.Good && !p.Historical)
                .Select(p => new Sample(p.EventTime.UtcTicks, index, p.Value, p.Text)));
        }

        samples.RemoveAll(s => s.Ticks > end.UtcTicks);
        samples.Sort();
        return samples;
    }

    private static int Feed(PeerSurvey survey, List<Sample> samples)
    {
        List<(int, double, string?)> instant = [];
        for (int i = 0; i < samples.Count; i++)
        {
            Sample sample = samples[i];
            instant.Add((sample.Metric, sample.Value, sample.Text));
            if (i + 1 == samples.Count || samples[i + 1].Ticks != sample.Ticks)
            {
                survey.Observe(sample.Ticks, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(instant));
                instant.Clear();
            }
        }

        survey.Break();
        return samples.Count;
    }

    private readonly record struct Sample(long Ticks, int Metric, double Value, string? Text) : IComparable<Sample>
    {
        public int CompareTo(Sample other) => (Ticks, Metric).CompareTo((other.Ticks, other.Metric));
    }
}
