namespace Millwright.Ingest.Tests.Log;

/// <summary>A file system of four MiB, mounted for one test.</summary>
internal sealed class Tmpfs : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public Tmpfs() => Check(TmpfsFactAttribute.Run("mount", "-t", "tmpfs", "-o", "size=4m", "millwright", directory.Path));

    public string Log => Path.Combine(directory.Path, "log");

    public void Remount(string mode) => Check(TmpfsFactAttribute.Run("mount", "-o", $"remount,{mode}", directory.Path));

    /// <summary>Leaves no block for anybody.</summary>
    public string Fill()
    {
        string path = Path.Combine(directory.Path, "ballast");
        using FileStream file = File.Create(path, bufferSize: 1);
        try
        {
            while (true)
            {
                file.Write(new byte[4_096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }

        return path;
    }

    public void Dispose()
    {
        Check(TmpfsFactAttribute.Run("umount", "-l", directory.Path));
        directory.Dispose();
    }

    private static void Check(string? failure) => Assert.True(failure is null, failure);
}
