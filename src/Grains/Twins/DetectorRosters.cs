using System.Collections.Immutable;
using Millwright.Plant;

namespace Millwright.Grains.Twins;

/// <summary>
/// The detectors of an asset by id: what the plant's files say, and on top of it what was changed while the asset ran. The files win: when
/// they no longer say of an id what they said when it was changed, its changes are let go. Unless they say what has become of it: then the
/// owner has written the promotion down, and all stands as it is.
/// </summary>
internal sealed class DetectorRosters
{
    private readonly List<(string Id, DetectorRoster Roster)> rosters = [];

    /// <param name="files">In the order of the model.</param>
    /// <param name="standard">What it would have if the files said nothing.</param>
    /// <param name="compile">Makes an entry of a definition; null when it names what the asset no longer has.</param>
    public DetectorRosters(
        IReadOnlyList<DetectorEntry> files,
        IEnumerable<DetectorEntry> standard,
        IReadOnlyList<DetectorChange> changes,
        Func<DetectorDefinition, DetectorEntry?> compile)
    {
        List<DetectorChange> standing = [];
        List<DetectorChange> overruled = [];
        IEnumerable<string> ids = files.Select(f => f.Identity.Id).Concat(changes.Select(c =>
            c.DetectorId)).Distinct(StringComparer.Ordinal);
        foreach (string id in ids)
        {
            DetectorEntry[] own = [.. files.Where(f => f.Identity.Id == id)];
            DetectorChange[] made = [.. changes.Where(c => c.DetectorId == id && c.Kind != DetectorChangeKind.Overruled)];
            DetectorRoster? changed = made.Length == 0
                ? null
                : Changed(own, standard.FirstOrDefault(e => e.Identity.Id == id), made, compile);
            rosters.Add((id, changed ?? new DetectorRoster(own)));
            standing.AddRange(changed is null ? [] : made);
            overruled.AddRange(changed is null ? made : []);
        }

        Standing = [.. changes.Where(c => c.Kind == DetectorChangeKind.Overruled || standing.Contains(c))];
        Overruled = [.. overruled];
    }

    /// <summary>Changes that hold, in the order in which they were made.</summary>
    public ImmutableArray<DetectorChange> Standing { get; }

    /// <summary>Changes that the files have overruled.</summary>
    public ImmutableArray<DetectorChange> Overruled { get; }

    public IEnumerable<DetectorEntry> Entries => rosters.SelectMany(r => r.Roster.Entries);

    public DetectorRoster? Find(string id) => rosters.Find(r => r.Id == id).Roster;

    /// <summary>Null when the files win.</summary>
    private static DetectorRoster? Changed(
        DetectorEntry[] own, DetectorEntry? standard, DetectorChange[] made, Func<DetectorDefinition, DetectorEntry?> compile)
    {
        var files = new DetectorRoster(own);
        if (made.All(c => c.Files == files.Files))
        {
            return Apply(files, made, compile);
        }

        // The files may have caught up: what they said before is then kept with the change, or they said nothing and it was a default.
        DetectorEntry? live = made[0].FileLive is { } written ? compile(written)
            : standard is not null && made[0].Files.StartsWith($"{standard.Text}|", StringComparison.Ordinal) ? standard : null;
        DetectorEntry?[] before = [live, made[0].FileShadow is { } shadow ? compile(shadow) : null];
        var roster = new DetectorRoster(before.OfType<DetectorEntry>());
        return roster.Files == made[0].Files && made.All(c => c.Files == roster.Files) && Apply(roster, made, compile) is { } changed
            && changed.Live?.Text == files.Live?.Text && (files.Shadow is null || files.Shadow.Text == changed.Shadow?.Text)
            ? changed
            : null;
    }

    private static DetectorRoster? Apply(DetectorRoster roster, DetectorChange[] made, Func<DetectorDefinition, DetectorEntry?> compile) =>
        made.All(c => roster.Apply(c, c.Definition is null ? null : compile(c.Definition))) ? roster : null;
}
