using Millwright.Core.Quality.Curves;
using Millwright.Grains.Twins;
using Millwright.Recordings;
using Millwright.Telemetry;
using Millwright.Twins;

namespace Millwright.Cli.Tests.Replay;

/// <summary>A line of a recording as the samples that a twin would get of it.</summary>
internal static class RecordedSamples
{
    public static IEnumerable<(TwinMetric Metric, HistoryPoint Point)> Of(RecordedRecord record)
    {
        foreach (RecordedValue value in record.Values)
        {
            yield return One(value.Metric, value.Number, value.Text);
        }

        foreach (RecordedBlock block in record.Blocks)
        {
            if (block.Name == "torque_curve")
            {
                double[] features = CurveFeatures.Of([.. block.Samples], [.. record.Blocks.Single(b => b.Name == "angle_curve").Samples]);
                for (int i = 0; i < features.Length; i++)
                {
                    yield return One($"{block.Name}.{CurveFeatures.Names[i]}", features[i]);
                }

                continue;
            }

            yield return One($"{block.Name}.max", block.Samples.Max());
            yield return One($"{block.Name}.mean", block.Samples.Average());
            yield return One($"{block.Name}.last", block.Samples[^1]);
        }

        (TwinMetric, HistoryPoint) One(string metric, double number, string? text = null) => (
            new TwinMetric(metric, text is not null),
            new HistoryPoint { EventTime = record.EventTime, Value = number, Quality = SampleQuality.Good, Text = text });
    }
}
