using Millwright.Silo.Storage.Backup;

namespace Millwright.Silo.Tests.Storage;

public sealed class BackupServiceTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("millwright-backup-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void RestOfAnUnfinishedBackup_IsRemoved_AndAFinishedOneStays()
    {
        string partial = Directory.CreateDirectory(Path.Combine(directory, "backups", "20260101.partial", "log")).Parent!.FullName;
        string whole = Directory.CreateDirectory(Path.Combine(directory, "backups", "20260102")).FullName;
        File.WriteAllText(Path.Combine(partial, "log", "a"), "x");

        BackupService.RemoveUnfinished(new BackupPlace(directory));

        Assert.False(Directory.Exists(partial));
        Assert.True(Directory.Exists(whole));
    }

    [Fact]
    public void SegmentDeletedWhileCopying_IsNoFault_AndWhatIsCopiedIsWhatWasListedLast()
    {
        string copied = Directory.CreateDirectory(Path.Combine(directory, "copy")).FullName;
        File.WriteAllText(Path.Combine(copied, "feed.cursor"), "note");
        int attempts = 0;

        BackupService.CopySegments(copied, () =>
        {
            if (attempts++ == 0)
            {
                File.WriteAllText(Path.Combine(copied, "1.seg"), "old");
                throw new FileNotFoundException("2.seg");
            }

            File.WriteAllText(Path.Combine(copied, "3.seg"), "new");
        });

        Assert.Equal(["3.seg", "feed.cursor"], Directory.GetFiles(copied).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SegmentMissingEachTime_IsAFault() => Assert.Throws<FileNotFoundException>(() => BackupService.CopySegments(
        directory, () => throw new FileNotFoundException("2.seg")));
}
