using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Millwright.Ingest.Log;

/// <summary>
/// Makes bytes durable, and says so when that failed. .NET 10.0.12 returns normally from <c>Flush(true)</c> when <c>fsync</c> fails, so
/// libc is
/// called directly, through pointers from the main program: a fault injected by preloading a library reaches these, but not a
/// <c>DllImport</c>.
/// </summary>
public static unsafe class DiskSync
{
    private const int Interrupted = 4;
    private const int InvalidArgument = 22;
    private const int NotSupported = 95;
    private const int OpenDirectory = 0x10000;
    private const int CloseOnExec = 0x80000;

    private static readonly delegate* unmanaged<int, int> Fdatasync = (delegate* unmanaged<int, int>)Find("fdatasync");
    private static readonly delegate* unmanaged<int, int> Fsync = (delegate* unmanaged<int, int>)Find("fsync");
    private static readonly delegate* unmanaged<int, long, long, int> Fallocate =
        (delegate* unmanaged<int, long, long, int>)Find("posix_fallocate");

    private static readonly delegate* unmanaged<byte*, int, int> Open = (delegate* unmanaged<byte*, int, int>)Find("open");
    private static readonly delegate* unmanaged<int, int> Close = (delegate* unmanaged<int, int>)Find("close");

    /// <summary>
    /// Data and the length needed to read it back. Throws <see cref="LogDiskException"/>; after that the file may not be trusted nor
    /// retried.
    /// </summary>
    public static void Data(SafeFileHandle file) => WithDescriptor(file, static descriptor => Data(descriptor));

    /// <summary>Data and all metadata, e.g. a file shortened or renamed.</summary>
    public static void All(SafeFileHandle file) => WithDescriptor(file, static descriptor => Check(Fsync, descriptor, "fsync"));

    /// <summary>Creation, renaming and deletion of files in a directory are durable only after this.</summary>
    public static void Directory(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        byte[] name = System.Text.Encoding.UTF8.GetBytes(path + '\0');
        int descriptor;
        fixed (byte* pointer = name)
        {
            // The variadic third argument (mode) is read only with O_CREAT.
            descriptor = Open(pointer, OpenDirectory | CloseOnExec);
        }

        if (descriptor < 0)
        {
            throw LogDiskException.FromErrno("open directory", Marshal.GetLastSystemError());
        }

        try
        {
            Check(Fsync, descriptor, "fsync directory");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    /// <summary>
    /// Reserves blocks, so that a full disk shows when a segment is made and not in the middle of a commit. A file system that cannot is no
    /// error.
    /// </summary>
    public static void Reserve(SafeFileHandle file, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        WithDescriptor(file, descriptor =>
        {
            // posix_fallocate returns the error instead of setting errno.
            int error = Fallocate(descriptor, 0, length);
            if (error is not (0 or InvalidArgument or NotSupported))
            {
                throw LogDiskException.FromErrno("posix_fallocate", error);
            }
        });
    }

    internal static void Data(int descriptor) => Check(Fdatasync, descriptor, "fdatasync");

    private static void Check(delegate* unmanaged<int, int> call, int descriptor, string name)
    {
        while (call(descriptor) != 0)
        {
            int error = Marshal.GetLastSystemError();
            if (error != Interrupted)
            {
                throw LogDiskException.FromErrno(name, error);
            }
        }
    }

    private static void WithDescriptor(SafeFileHandle file, Action<int> action)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("A durable log needs Linux; elsewhere choose LogDurability.Os.");
        }

        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            action((int)file.DangerousGetHandle());
        }
        finally
        {
            if (held)
            {
                file.DangerousRelease();
            }
        }
    }

    private static nint Find(string name) =>
        OperatingSystem.IsLinux() ? NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), name) : 0;
}
