using System.Globalization;
using System.Text.RegularExpressions;
using Millwright.Alerts;
using Millwright.Core.Quality.Curves;
using Millwright.Quality;
using Millwright.Testing.Recordings;
using Xunit.Abstractions;

namespace Millwright.Grains.Tests.Core.Quality.Curves;

public partial class RecordedCurvesTests(ITestOutputHelper output)
{
    [RecordingFact("torque_unfastening")]
    public void Counterfactuals_DoNotAlarm_WhenWhatTheySayIsPutInPlace()
    {
        IReadOnlyList<TorqueRecording> recordings = TorqueRecording.All();
        var model = new CurveModel(new CurveModelOptions());
        (int ones, int all, int found, int falseAlarms) = (0, 0, 0, 0);
        foreach (TorqueRecording recording in recordings)
        {
            StepResult judged = StepCurveJudge.Observe(model, Step(recording), "torque", "programme", "1");
            if (judged.Curve is not { IsUnusual: true } curve)
            {
                continue;
            }

            // An alarm has taught nothing, so the model is the one that judged.
            double[] trial = Apply(curve.Counterfactual, recording.Features, curve.Contributions, out bool isOne);
            Assert.False(model.Judge(recording.Programme, trial)!.IsUnusual, $"{recording.Name}: {curve.Counterfactual}");
            Assert.Equal(curve.Score, curve.Contributions.Sum(c => c.Share), 1e-6 * curve.Score);
            (ones, all) = (ones + (isOne ? 1 : 0), all + (isOne ? 0 : 1));
            (found, falseAlarms) = (found + (recording.IsFault ? 1 : 0), falseAlarms + (recording.IsFault ? 0 : 1));
        }

        int faults = recordings.Count(r => r.IsFault);
        output.WriteLine($"{found} of {faults} faults, {falseAlarms} false alarms; counterfactuals of one feature {ones}, of all {all}");
        Assert.True(ones > 0 && all > 0, $"{ones} counterfactuals of one feature, {all} of all");
        Assert.True(found >= 0.97 * faults && falseAlarms <= 0.03 * (recordings.Count - faults), $"{found} found, {falseAlarms} false");
    }

    // As a reader would: from the sentence and the numbers beside it.
    private static double[] Apply(string sentence, double[] features, IEnumerable<Contribution> contributions, out bool isOne)
    {
        Match all = AllFeatures().Match(sentence);
        isOne = !all.Success;
        double[] trial = [.. features];
        if (isOne)
        {
            string[] words = sentence.Split(' ');
            trial[IndexOf(words[0])] = double.Parse(words[2], CultureInfo.InvariantCulture);
            return trial;
        }

        double share = int.Parse(all.Groups[1].Value, CultureInfo.InvariantCulture) / 100.0;
        foreach (Contribution contribution in contributions)
        {
            trial[IndexOf(contribution.Metric)] = contribution.Baseline + (share * (contribution.Observed - contribution.Baseline));
        }

        return trial;
    }

    private static int IndexOf(string metric) => CurveFeatures.Names.IndexOf(metric["torque.".Length..]);

    private static StepResult Step(TorqueRecording recording) => new()
    {
        Id = recording.Name,
        UnitId = recording.Name,
        Step = "loosening",
        AssetId = "acme:tool",
        EventTime = DateTimeOffset.UnixEpoch,
        Parameters =
        [
            new StepParameter { Name = "programme", Value = double.NaN, Text = recording.Programme, Unit = "" },
            .. recording.Features.Select((f, i) => new StepParameter { Name = $"torque.{CurveFeatures.Names[i]}", Value = f, Unit = "" }),
        ],
    };

    [GeneratedRegex(@"^all features at (\d+) % of their distance from the usual$")]
    private static partial Regex AllFeatures();
}
