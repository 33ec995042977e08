using System.Buffers;
using Millwright.Core.Prognosis;
using Millwright.Core.State;

namespace Millwright.Core.Detection;

public sealed class AnomalyStateTests
{
    public static TheoryData<string> Forecasts => ["none", "bare", "whole"];

    [Theory]
    [MemberData(nameof(Forecasts))]
    public void Restore_GivesTheWholeFindingBack(string kind)
    {
        ComponentForecast bare = new()
        {
            Component = "bearing", Kind = "wear", At = DetectorRun.Start, Indicator = 0.5, Limit = 1, Crosses = "danger",
        };
        Anomaly finding = DetectorRun.Of("threshold", 1, ("upper", 5)).Observe(1, 6).Raised.Single() with
        {
            Forecast = kind == "none" ? null : kind == "bare" ? bare : bare with
            {
                TrendPerHour = 0.1, TrendReach = 0.2, P10 = DetectorRun.Start.AddHours(1), P50 = DetectorRun.Start.AddHours(2),
                P90 = DetectorRun.Start.AddHours(3), Remaining = new RemainingLife(7, 5, 9), RemainingUnit = "h", Inside = 1, Earlier = 2, Later = 3,
            },
        };
        ArrayBufferWriter<byte> buffer = new();
        AnomalyState.Save(finding, new StateWriter(buffer));

        StateReader reader = new(buffer.WrittenMemory);
        Anomaly restored = AnomalyState.Restore(reader, hasForecast: true);

        Assert.True(reader.IsAtEnd);
        Assert.Equal(finding.Contributions.AsEnumerable(), restored.Contributions);
        Assert.Equal(finding, restored with { Contributions = finding.Contributions });
    }
}
