namespace Millwright.Testing.Recordings;

/// <summary>A theory about recordings, which are no part of the repository; where they are absent it says so and is skipped.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordingTheoryAttribute : TheoryAttribute
{
    /// <param name="set">Folder of the recordings it needs; none: any.</param>
    public RecordingTheoryAttribute(string set = "") => Skip = RecordedData.Absence(set);
}
