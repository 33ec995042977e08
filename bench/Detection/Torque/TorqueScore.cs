using Millwright.Core.Quality.Curves;

namespace Millwright.Bench.Detection.Torque;

/// <summary>
/// Scores the curve model, with its defaults, on loosened screws: "non_detachable" are the faults, and no label ever teaches one.
/// </summary>
internal static class TorqueScore
{
    private const int Folds = 5;

    /// <summary>Null when the folder has no record.</summary>
    public static TorqueReport? Run(string directory)
    {
        IReadOnlyList<TorqueRecord> records = TorqueRecord.ReadAll(directory);
        return records.Count == 0
            ? null
            : new TorqueReport(
                records.Count,
                records.Count(r => r.IsFault),
                Online(records),
                Online([.. records.OrderBy(r => r.Hash)]),
                CrossValidated(records),
                HeldOut(records));
    }

    private static TorqueFigures? Online(IReadOnlyList<TorqueRecord> records)
    {
        var model = new CurveModel(new CurveModelOptions());
        var judged = new List<Judged>();
        foreach (TorqueRecord record in records)
        {
            if (model.Observe(record.Programme, record.Features) is { } judgement)
            {
                judged.Add(new Judged(record, judgement.Score, judgement.IsUnusual));
            }
        }

        return Figures(judged, [judged]);
    }

    private static TorqueFigures? CrossValidated(IReadOnlyList<TorqueRecord> records)
    {
        var folds = new List<List<Judged>>();
        for (ulong fold = 0; fold < Folds; fold++)
        {
            CurveModel model = Taught(records.Where(r => r.Hash % Folds != fold));
            if (!model.IsReady)
            {
                return null;
            }

            folds.Add(Judge(model, records.Where(r => r.IsFault || r.Hash % Folds == fold)));
        }

        // A fault is judged by each fold's model, and counts with the one of its own fold.
        return Figures([.. folds.SelectMany((f, i) => f.Where(j => j.Record.Hash % Folds == (ulong)i))], folds);
    }

    private static TorqueFigures? HeldOut(IReadOnlyList<TorqueRecord> records)
    {
        CurveModel model = Taught(records.Where(r => !r.IsHeldOut));
        List<Judged> judged = model.IsReady ? Judge(model, records.Where(r => r.IsHeldOut)) : [];
        return Figures(judged, [judged]);
    }

    private static CurveModel Taught(IEnumerable<TorqueRecord> records)
    {
        var model = new CurveModel(new CurveModelOptions());
        foreach (TorqueRecord record in records.Where(r => !r.IsFault))
        {
            model.Observe(record.Programme, record.Features);
        }

        return model;
    }

    private static List<Judged> Judge(CurveModel model, IEnumerable<TorqueRecord> records) =>
    [
        .. from record in records
           let judgement = model.Judge(record.Programme, record.Features)!
           select new Judged(record, judgement.Score, judgement.IsUnusual),
    ];

    private static TorqueFigures? Figures(List<Judged> judged, IReadOnlyList<List<Judged>> folds)
    {
        if (!HasBoth(judged) || !folds.All(HasBoth))
        {
            return null;
        }

        return new TorqueFigures(
            AreaOf(judged),
            folds.Min(AreaOf),
            judged.Where(j => j.Record.IsFault).Average(j => j.IsUnusual ? 1.0 : 0.0),
            judged.Where(j => !j.Record.IsFault).Average(j => j.IsUnusual ? 1.0 : 0.0),
            Groups(judged, r => r.Programme),
            Groups(judged, r => r.Family));
    }

    private static TorqueGroups Groups(List<Judged> judged, Func<TorqueRecord, string> key)
    {
        var areas = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (IGrouping<string, Judged> group in judged.GroupBy(j => key(j.Record)).Where(HasBoth))
        {
            areas.Add(group.Key, AreaOf(group));
        }

        return TorqueGroups.Of(areas);
    }

    private static bool HasBoth(IEnumerable<Judged> judged) => judged.Any(j => j.Record.IsFault) && judged.Any(j => !j.Record.IsFault);

    // The chance that a fault scores above a normal record, halves for ties: Mann and Whitney's statistic is the area.
    private static double AreaOf(IEnumerable<Judged> judged)
    {
        ILookup<bool, double> scores = judged.ToLookup(j => j.Record.IsFault, j => j.Score);
        return scores[true].Average(f => scores[false].Average(n => f > n ? 1.0 : f == n ? 0.5 : 0.0));
    }

    private sealed record Judged(TorqueRecord Record, double Score, bool IsUnusual);
}
