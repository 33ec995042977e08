namespace Millwright.Grains.Replay;

/// <summary>A replay of history has come to a bound; the code is stable.</summary>
public sealed class ReplayLimitException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}
