using Millwright.Alerts;
using Millwright.Cli.Drill.Canary;
using Millwright.Core.Alerting;
using Millwright.Core.Twins;
using Millwright.Grains.Twins;
using Millwright.Plant;

namespace Millwright.Cli.Drill.Verdict;

/// <summary>
/// The run without kills: the same messages, one asset after the other, through a fresh engine and alert book in this process. Nothing of
/// it has been stored, restored, batched or sent over a wire.
/// </summary>
internal sealed class AlertReference(CanaryPlan plan, PlantModel model)
{
    private readonly TwinCatalogue catalogue = new(model);

    /// <summary>Every alert event that the asset's first <paramref name="messages"/> must lead to.</summary>
    public List<AlertEvent> Of(int asset, int messages)
    {
        TwinBlueprint blueprint = catalogue.For(plan.AssetIds[asset], [.. CanaryPlan.Metrics.Select(m => new TwinMetric(m, false))]);
        var engine = new TwinEngine(blueprint.Definition);
        AlertBook book = blueprint.NewAlertBook(engine);
        int[] metrics = [.. CanaryPlan.Metrics.Select(m => engine.MetricIndex(m, isText: false))];
        var output = new TwinOutput();
        var alerts = new List<AlertEvent>();
        for (int index = 0; index < messages; index++)
        {
            DateTimeOffset time = CanaryPlan.Instant(plan.EventMilliseconds(asset, index));
            for (int metric = 0; metric < metrics.Length; metric++)
            {
                engine.Observe(new TwinSample(metrics[metric], time, time, plan.Value(asset, metric, index)), output);
            }

            engine.CatchUp(output);
            if (output.HasFindings)
            {
                alerts.AddRange(book.Record(output, engine.FinalBefore, time));
            }

            output.Clear();
        }

        return alerts;
    }
}
