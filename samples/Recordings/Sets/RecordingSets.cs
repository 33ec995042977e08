namespace Millwright.Recordings.Sets;

public static class RecordingSets
{
    public static IReadOnlyList<RecordingSet> All { get; } =
    [
        new SkabSet(),
        new HydraulicRigSet(),
        new FemtoBearingsSet(),
        new TorqueUnfasteningSet(),
        new CmapssSet(),
        new EnergySmeSet(),
        new CncMillSet(),
    ];

    public static RecordingSet? Find(string name) => All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.Ordinal));
}
