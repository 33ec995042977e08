namespace Millwright.Cli.Backtest;

/// <param name="Asset">Name of assets, * for any characters.</param>
/// <param name="File">Named in faults.</param>
/// <param name="Text">The detector's definition.</param>
internal sealed record BacktestPlan(
    string Asset, string File, string Text, DateTimeOffset From, DateTimeOffset To, DateTimeOffset? LearnFrom);
