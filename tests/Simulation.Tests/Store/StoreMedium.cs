namespace Millwright.Simulation.Tests.Store;

/// <summary>
/// What outlives processes: all commits since the last sync. A killed process loses none of them; a power cut takes the last ones, as a
/// whole and in order, as SQLite's write-ahead log does.
/// </summary>
internal sealed class StoreMedium
{
    private readonly List<Tables> commits = [Tables.Empty];

    public Tables Now => commits[^1];

    /// <summary>Power cuts that took commits away.</summary>
    public int Lost { get; private set; }

    public void Commit(Tables next) => commits.Add(next);

    public void Sync() => commits.RemoveRange(0, commits.Count - 1);

    public void CutPower(Random random)
    {
        int kept = random.Next(3) == 0 ? commits.Count : 1 + random.Next(commits.Count);
        Lost += kept < commits.Count ? 1 : 0;
        commits.RemoveRange(kept, commits.Count - kept);
        Sync();
    }

    /// <summary>A bit of the newest snapshot of a twin flips, if the one before can take its place.</summary>
    public string? Rot(Random random)
    {
        string[] whole = [.. Now.Twins.Where(t => t.Value.Slots.Count == 2 && !t.Value.Slots.Exists(s => s.IsDamaged)).Select(t => t.Key)];
        if (whole.Length == 0)
        {
            return null;
        }

        string asset = whole[random.Next(whole.Length)];
        TwinRow row = Now.Twins[asset];
        commits[^1] = Now with
        {
            Twins = Now.Twins.SetItem(asset, row with { Slots = row.Slots.SetItem(0, row.Slots[0] with { IsDamaged = true }) }),
        };
        return asset;
    }
}
