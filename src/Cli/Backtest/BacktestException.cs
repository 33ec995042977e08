namespace Millwright.Cli.Backtest;

/// <summary>What was asked cannot be done; the message says why, a fault per line.</summary>
internal sealed class BacktestException(string message) : Exception(message);
