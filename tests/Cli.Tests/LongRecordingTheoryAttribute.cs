namespace Millwright.Cli.Tests;

/// <summary>A theory on recordings that takes a minute or more: it runs where its variable is set, as .ci/run does.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongRecordingTheoryAttribute : TheoryAttribute
{
    /// <param name="set">Folder of the recordings that it needs.</param>
    /// <param name="variable">Of the environment.</param>
    public LongRecordingTheoryAttribute(string set, string variable)
    {
        if (!Directory.Exists(Path.Combine(Repository.Data, set)))
        {
            Skip = $"no recordings of {set} at {Repository.Data}";
        }
        else if (Environment.GetEnvironmentVariable(variable) is null)
        {
            Skip = $"takes long: set {variable}=1";
        }
    }
}
