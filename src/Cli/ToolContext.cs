namespace Millwright.Cli;

/// <summary>What the commands touch of the world, so that a test can hold it.</summary>
/// <param name="Output">Results; with <c>--json</c> one JSON object per line and nothing else.</param>
/// <param name="Error">Progress and complaints.</param>
internal sealed record ToolContext(TextWriter Output, TextWriter Error, TimeProvider Time);
