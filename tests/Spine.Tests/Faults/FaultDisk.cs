using System.Buffers.Binary;
using System.Diagnostics;
using Millwright.Spine.Tests.Stage;

namespace Millwright.Spine.Tests.Faults;

/// <summary>
/// The disk of a silo process that can be told to fail, and whose power can be cut: a library is loaded before libc into the silo, fails
/// what it is told to, and keeps a journal of every change and sync beneath the data directory.
/// </summary>
internal sealed class FaultDisk : IDisposable
{
    private const int ControlBytes = 40;

    private static readonly Lazy<string> Library = new(Compile);

    private readonly string folder = Directory.CreateTempSubdirectory("millwright-disk").FullName;
    private readonly FileStream control;
    private int life;

    /// <param name="isJournalled">Whether the power can be cut. Then a sync ends when it is in the journal.</param>
    public FaultDisk(bool isJournalled)
    {
        IsJournalled = isJournalled;
        control = new FileStream(
            Path.Combine(folder, "control"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        control.SetLength(ControlBytes);
        Directory.CreateDirectory(DataDirectory);
    }

    public string DataDirectory => Path.Combine(folder, $"life-{life}", "data");

    /// <summary>Syncs and writes that were failed so far.</summary>
    public long FailedSyncs => Read(24);

    public long FailedWrites => Read(32);

    private bool IsJournalled { get; }

    private string Journal => Path.Combine(folder, $"life-{life}", "journal");

    public void SetEnvironment(ProcessStartInfo start)
    {
        start.Environment["LD_PRELOAD"] = Library.Value;
        start.Environment["FAULT_DIR"] = DataDirectory;
        start.Environment["FAULT_CONTROL"] = control.Name;
        if (IsJournalled)
        {
            start.Environment["FAULT_JOURNAL"] = Journal;
        }
    }

    /// <summary>Every sync fails with this errno from now on.</summary>
    public void FailSync(int errno) => Write(0, errno);

    /// <summary>Everything that changes a file fails with this errno from now on.</summary>
    public void FailWrite(int errno) => Write(4, errno);

    public void Mend()
    {
        FailWrite(0);
        FailSync(0);
    }

    /// <summary>The silo is dead: what it wrote and did not sync is lost, torn or kept, as the seed says.</summary>
    public PowerCut CutPower(Random random)
    {
        string before = DataDirectory;
        string journal = Journal;
        life++;
        Directory.CreateDirectory(DataDirectory);
        PowerCut cut = DiskJournal.Cut(before, journal, DataDirectory, random);
        Directory.Delete(Path.GetDirectoryName(before)!, recursive: true);
        return cut;
    }

    public void Dispose()
    {
        control.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static string Compile()
    {
        string source = Path.Combine(Repository.Root, "tests", "Spine.Tests", "Faults", "faultdisk.c");
        string library = Path.Combine(AppContext.BaseDirectory, "faultdisk.so");
        var start = new ProcessStartInfo("gcc", ["-O2", "-shared", "-fPIC", "-o", library, source, "-ldl", "-lpthread"])
        {
            RedirectStandardError = true,
        };
        using var compiler = Process.Start(start)!;
        string errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? library : throw new InvalidOperationException($"The fault library does not compile.\n{errors}");
    }

    private void Write(int offset, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        RandomAccess.Write(control.SafeFileHandle, bytes, offset);
    }

    private long Read(int offset)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        RandomAccess.Read(control.SafeFileHandle, bytes, offset);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }
}
