using System.Collections.Immutable;
using Millwright.Core.Detection;
using Millwright.Core.Twins;

namespace Millwright.Grains.Twins;

/// <summary>
/// The versions of one detector of an asset: which is live, which its shadow, and since when. Intuition: a change at an instant of event
/// time makes the mode of each version a function of time, and a twin with several such versions is an ordinary definition; that is why
/// live and replay cannot differ.
/// </summary>
internal sealed class DetectorRoster
{
    private readonly List<Version> versions = [];

    /// <param name="files">The detector's entries in the plant's files: at most one live and one shadow.</param>
    public DetectorRoster(IEnumerable<DetectorEntry> files)
    {
        foreach (DetectorEntry entry in files)
        {
            versions.Add(new Version(entry, entry.IsShadow ? DetectorMode.Shadow : DetectorMode.Live));
        }

        Live = versions.Find(v => v.Mode == DetectorMode.Live)?.Entry;
        Shadow = versions.Find(v => v.Mode == DetectorMode.Shadow)?.Entry;
        (FileLive, FileShadow) = (Live, Shadow);
        Files = $"{Live?.Text}|{Shadow?.Text}";
    }

    /// <summary>As the files have it.</summary>
    public DetectorEntry? FileLive { get; }

    public DetectorEntry? FileShadow { get; }

    public DetectorEntry? Live { get; private set; }

    public DetectorEntry? Shadow { get; private set; }

    /// <summary>The shadow was live before: promoting it is a rollback.</summary>
    public bool IsShadowPrevious { get; private set; }

    /// <summary>What the files say of it, as one text.</summary>
    public string Files { get; }

    /// <summary>All versions that ever were, in the order of their coming.</summary>
    public IEnumerable<DetectorEntry> Entries => versions.Select(v => v.Entry.In([.. v.Phases]));

    /// <summary>Whether a version of this identity has been here with something else in it: its state and its alerts' ids are
    /// taken.</summary>
    public bool IsTaken(DetectorIdentity identity, string text) =>
        versions.Exists(v => v.Entry.Identity == identity && v.Entry.Text != text);

    /// <summary>False when the change does not fit what is there: it then has changed nothing.</summary>
    /// <param name="entry">Of a new shadow.</param>
    public bool Apply(DetectorChange change, DetectorEntry? entry)
    {
        switch (change.Kind)
        {
            case DetectorChangeKind.Shadow when entry is not null && !IsTaken(entry.Identity,
                entry.Text) && Live?.Identity != entry.Identity:
                Set(Shadow, change.From, DetectorMode.Absent);
                Shadow = entry;
                IsShadowPrevious = false;
                Set(entry, change.From, DetectorMode.Shadow);
                return true;
            case DetectorChangeKind.Promote or DetectorChangeKind.Rollback when Shadow is not null:
                bool isBack = IsShadowPrevious;
                Set(Live, change.From, DetectorMode.Shadow);
                Set(Shadow, change.From, DetectorMode.Live);
                (Live, Shadow) = (Shadow, Live);
                IsShadowPrevious = !isBack && Shadow is not null;
                return true;
            case DetectorChangeKind.Drop when Shadow is not null:
                Set(Shadow, change.From, DetectorMode.Absent);
                Shadow = null;
                IsShadowPrevious = false;
                return true;
            default:
                return false;
        }
    }

    private void Set(DetectorEntry? entry, DateTimeOffset from, DetectorMode mode)
    {
        if (entry is null)
        {
            return;
        }

        Version? version = versions.Find(v => v.Entry.Identity == entry.Identity);
        if (version is null)
        {
            versions.Add(version = new Version(entry, DetectorMode.Absent));
        }

        version.Phases.Add(new DetectorPhase(from, mode));
    }

    private sealed class Version(DetectorEntry entry, DetectorMode mode)
    {
        public DetectorEntry Entry { get; } = entry;

        public DetectorMode Mode { get; } = mode;

        public List<DetectorPhase> Phases { get; } = [new DetectorPhase(DateTimeOffset.MinValue, mode)];
    }
}
