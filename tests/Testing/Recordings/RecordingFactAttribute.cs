namespace Millwright.Cli.Tests;

/// <summary>As <see cref="RecordingTheoryAttribute"/>, for a single case.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordingFactAttribute : FactAttribute
{
    public RecordingFactAttribute()
    {
        if (!Directory.Exists(Repository.Data))
        {
            Skip = $"no recordings at {Repository.Data}";
        }
    }
}
