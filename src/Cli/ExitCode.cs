namespace Millwright.Cli;

/// <summary>Part of the tool's contract; scripts branch on them.</summary>
internal static class ExitCode
{
    /// <summary>Done, or ended by Ctrl-C.</summary>
    public const int Success = 0;

    /// <summary>The broker cannot be reached or refuses.</summary>
    public const int BrokerUnavailable = 1;

    /// <summary>The command line makes no sense, or the recording is not there.</summary>
    public const int Usage = 2;

    /// <summary>A malformed row in a recording under <c>--strict</c>.</summary>
    public const int MalformedRow = 3;

    /// <summary>The drill found something lost, doubled, missing or surplus.</summary>
    public const int DrillFailed = 4;
}
