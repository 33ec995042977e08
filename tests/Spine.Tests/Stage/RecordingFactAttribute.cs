namespace Millwright.Spine.Tests.Stage;

/// <summary>A test on the recordings, which are not part of the repository; where they are absent it says so and is skipped.</summary>
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
