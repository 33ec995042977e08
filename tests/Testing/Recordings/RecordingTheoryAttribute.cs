namespace Millwright.Cli.Tests;

/// <summary>A test on the recordings, which are not part of the repository; where they are absent it says so and is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordingTheoryAttribute : TheoryAttribute
{
    public RecordingTheoryAttribute()
    {
        if (!Directory.Exists(Repository.Data))
        {
            Skip = $"no recordings at {Repository.Data}";
        }
    }
}
