using System.IO.Compression;

namespace Millwright.Recordings.Rows;

/// <summary>The lines of a text file, compressed or not.</summary>
internal static class TextLines
{
    public static IEnumerable<(long Number, string Text)> Of(string path)
    {
        using StreamReader reader = Open(path);
        long number = 0;
        while (reader.ReadLine() is { } line)
        {
            yield return (++number, line);
        }
    }

    private static StreamReader Open(string path)
    {
        Stream file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
    }
}
