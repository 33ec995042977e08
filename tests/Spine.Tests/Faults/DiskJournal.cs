using System.Buffers.Binary;
using System.Text;

namespace Millwright.Spine.Tests.Faults;

/// <summary>What a power cut did.</summary>
/// <param name="Syncs">Syncs that the silo had done.</param>
/// <param name="LostBytes">Written, not synced, and gone.</param>
/// <param name="KeptBytes">Written, not synced, and there all the same: a disk may do either.</param>
internal sealed record PowerCut(int Syncs, long LostBytes, long KeptBytes);

/// <summary>
/// Makes what a disk may hold after a power cut out of the journal of a process that was killed. Synced bytes are there. Of the others each
/// 512-byte sector is there or not; names made, changed or removed since their directory was last synced are there up to some point.
/// </summary>
internal sealed class DiskJournal
{
    private const int HeaderBytes = 25;
    private const int Sector = 512;

    private readonly Dictionary<string, DiskFile> durableNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DiskFile> names = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, DiskFile> inodes = [];
    private readonly List<NameChange> pendingNames = [];
    private ulong number;
    private int syncs;

    private enum Entry : byte
    {
        Opened = 1,
        Created = 2,
        Written = 3,
        Truncated = 4,
        Synced = 5,
        Renamed = 6,
        Unlinked = 7,
        DirectorySynced = 8,
    }

    /// <param name="before">Where the silo worked. Files that were there when it began are read from the directory made by the last cut,
    /// which is the same one: their first image is rebuilt from it by undoing nothing, because the journal begins with the copy.</param>
    public static PowerCut Cut(string before, string journal, string after, Random random)
    {
        var disk = new DiskJournal();
        string image = Path.Combine(Path.GetDirectoryName(before)!, "image");
        if (Directory.Exists(image))
        {
            disk.Load(image, before);
        }

        if (File.Exists(journal))
        {
            disk.Read(File.ReadAllBytes(journal));
        }

        return disk.Write(before, after, random);
    }

    private void Load(string image, string before)
    {
        foreach (string path in Directory.EnumerateFiles(image, "*", SearchOption.AllDirectories))
        {
            var file = new DiskFile();
            file.Load(File.ReadAllBytes(path));
            string name = Path.Combine(before, Path.GetRelativePath(image, path));
            durableNames[name] = file;
            names[name] = file;
        }
    }

    private void Read(ReadOnlySpan<byte> journal)
    {
        // The last entry may be cut short by the kill.
        while (journal.Length >= HeaderBytes)
        {
            int path = BinaryPrimitives.ReadInt32LittleEndian(journal[17..]);
            int data = BinaryPrimitives.ReadInt32LittleEndian(journal[21..]);
            if (journal.Length - HeaderBytes < path + data)
            {
                return;
            }

            Apply(
                (Entry)journal[0],
                BinaryPrimitives.ReadUInt64LittleEndian(journal[1..]),
                BinaryPrimitives.ReadUInt64LittleEndian(journal[9..]),
                Encoding.UTF8.GetString(journal.Slice(HeaderBytes, path)),
                journal.Slice(HeaderBytes + path, data));
            journal = journal[(HeaderBytes + path + data)..];
            number++;
        }
    }

    private void Apply(Entry entry, ulong inode, ulong value, string path, ReadOnlySpan<byte> data)
    {
        switch (entry)
        {
            case Entry.Opened:
                inodes[inode] = names[path];
                break;
            case Entry.Created:
                inodes[inode] = new DiskFile();
                Rename(new NameChange(number, null, path, inodes[inode]));
                break;
            case Entry.Written:
                inodes[inode].Write(number, (long)value, data);
                break;
            case Entry.Truncated:
                inodes[inode].Truncate(number, (long)value);
                break;
            case Entry.Synced:
                inodes[inode].Sync(value);
                syncs++;
                break;
            case Entry.Renamed:
                Rename(new NameChange(number, path, Encoding.UTF8.GetString(data), names[path]));
                break;
            case Entry.Unlinked:
                Rename(new NameChange(number, path, null, names[path]));
                break;
            case Entry.DirectorySynced:
                SyncNames(path, value);
                break;
            default:
                throw new InvalidDataException($"The journal holds an entry of kind {(int)entry}.");
        }
    }

    private void Rename(NameChange change)
    {
        change.ApplyTo(names);
        pendingNames.Add(change);
    }

    private void SyncNames(string directory, ulong begun)
    {
        foreach (NameChange change in pendingNames.Where(c => c.Number < begun && c.IsIn(directory)))
        {
            change.ApplyTo(durableNames);
        }

        pendingNames.RemoveAll(c => c.Number < begun && c.IsIn(directory));
    }

    private PowerCut Write(string before, string after, Random random)
    {
        foreach (NameChange change in pendingNames.Take(random.Next(pendingNames.Count + 1)))
        {
            change.ApplyTo(durableNames);
        }

        // Three kinds of cut: nothing unsynced survives, all of it does, or sectors at random.
        double kept = random.Next(3) switch { 0 => 0, 1 => 1, _ => random.NextDouble() };
        long lostBytes = 0;
        long keptBytes = 0;
        string image = Path.Combine(Path.GetDirectoryName(after)!, "image");
        foreach ((string name, DiskFile file) in durableNames.OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            (byte[] content, long lost, long stayed) = file.AfterCut(kept, random, Sector);
            lostBytes += lost;
            keptBytes += stayed;
            foreach (string root in (string[])[after, image])
            {
                string path = Path.Combine(root, Path.GetRelativePath(before, name));
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, content);
            }
        }

        return new PowerCut(syncs, lostBytes, keptBytes);
    }

    /// <summary>A name that appeared, went, or moved.</summary>
    private sealed record NameChange(ulong Number, string? From, string? To, DiskFile File)
    {
        public bool IsIn(string directory) => Path.GetDirectoryName(To ?? From) == directory;

        public void ApplyTo(Dictionary<string, DiskFile> all)
        {
            if (From is not null)
            {
                all.Remove(From);
            }

            if (To is not null)
            {
                all[To] = File;
            }
        }
    }
}
