namespace Millwright.Cli.Tests;

/// <summary>A test on the recordings, which are not part of the repository; where they are absent it says so and is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordingTheoryAttribute : TheoryAttribute
{
    /// <param name="variable">Of the environment: what takes long runs where this is set, and says so where it is not.</param>
    public RecordingTheoryAttribute(string? variable = null)
    {
        if (!Directory.Exists(Repository.Data))
        {
            Skip = $"no recordings at {Repository.Data}";
        }
        else if (variable is not null && Environment.GetEnvironmentVariable(variable) is null)
        {
            Skip = $"takes long: set {variable}=1";
        }
    }
}
