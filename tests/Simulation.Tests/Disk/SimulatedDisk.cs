namespace Millwright.Simulation.Tests.Disk;

/// <summary>
/// The medium of a log: it outlives processes and power. Data and directory are apart; the directory's own changes reach the platter in
/// their order, as on every journalling file system.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly Dictionary<string, SimulatedFile> files = new(StringComparer.Ordinal);
    private readonly List<(string Name, SimulatedFile? File)> changes = [];
    private readonly Dictionary<string, SimulatedFile> platter = new(StringComparer.Ordinal);

    public DiskTrouble Trouble { get; } = new();

    public IReadOnlyList<string> Names => [.. files.Keys.Order(StringComparer.Ordinal)];

    public SimulatedFile Find(string name) =>
        files.TryGetValue(name, out SimulatedFile? file) ? file : throw new FileNotFoundException($"{name} is not there.", name);

    public SimulatedFile Make(string name)
    {
        if (files.TryGetValue(name, out SimulatedFile? file))
        {
            file.SetLength(0);
            return file;
        }

        file = new SimulatedFile();
        files.Add(name, file);
        changes.Add((name, file));
        return file;
    }

    public void Remove(string name)
    {
        if (files.Remove(name))
        {
            changes.Add((name, null));
        }
    }

    public void SyncDirectory() => Settle(changes.Count);

    public void Put(string name, ReadOnlySpan<byte> content)
    {
        var file = new SimulatedFile();
        file.Write(content, 0);
        file.Sync();
        files[name] = file;
        changes.Add((name, file));
        SyncDirectory();
    }

    public void CutPower(Random random)
    {
        Settle(random.Next(changes.Count + 1));
        changes.Clear();
        files.Clear();
        foreach ((string name, SimulatedFile file) in platter.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            file.CutPower(random);
            files.Add(name, file);
        }
    }

    private void Settle(int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (changes[i].File is { } file)
            {
                platter[changes[i].Name] = file;
            }
            else
            {
                platter.Remove(changes[i].Name);
            }
        }

        changes.RemoveRange(0, count);
    }
}
