using Millwright.Core.Prognosis;

namespace Millwright.Bench.Detection.Twins;

/// <summary>What a twin said of a recording, as it was known when each row had come.</summary>
/// <param name="Scores">By row: the score over its threshold, 1 and above fires; 0 where nothing was judged.</param>
/// <param name="IsAlerted">By row: an anomaly of the asset is open.</param>
/// <param name="Raised">Detector, metric (-1: several) and row of each anomaly that began.</param>
internal sealed record Verdicts(double[] Scores, bool[] IsAlerted, IReadOnlyList<(string Detector, int Metric, int Row)> Raised)
{
    /// <summary>Where its components were going at the end.</summary>
    public IReadOnlyList<ComponentForecast> Forecasts { get; init; } = [];

    /// <summary>Rows at which what is said changes.</summary>
    public bool[] Edges(int from)
    {
        bool[] edges = new bool[IsAlerted.Length - from];
        for (int row = from; row < IsAlerted.Length; row++)
        {
            edges[row - from] = row == from ? IsAlerted[row] : IsAlerted[row] != IsAlerted[row - 1];
        }

        return edges;
    }
}
