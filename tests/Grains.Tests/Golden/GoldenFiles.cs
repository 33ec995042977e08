using System.Runtime.CompilerServices;

namespace Millwright.Grains.Tests.Golden;

/// <summary>The files beside this one: bytes that earlier versions wrote, by kind and number.</summary>
internal static class GoldenFiles
{
    /// <summary>All files of a kind, after making sure that the newest is what is written now.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Check(string kind, byte[] current)
    {
        string[] names = Names(kind);
        if (names.Length == 0 || !Read(names[^1]).AsSpan().SequenceEqual(current))
        {
            if (Environment.GetEnvironmentVariable("MILLWRIGHT_GOLDEN") == "write")
            {
                File.WriteAllText(Path.Combine(Folder(), $"{kind}-{names.Length + 1}.hex"), Convert.ToHexStringLower(current) + "\n");
                names = Names(kind);
            }
            else
            {
                Assert.Fail($"The bytes of '{kind}' are no longer those of {names.LastOrDefault()}. A changed format needs a new version that " +
                    "reads the old one, and a new file: run this test once with MILLWRIGHT_GOLDEN=write.");
            }
        }

        return names.Select(name => (name, Read(name)));
    }

    private static string[] Names(string kind) =>
    [
        .. Directory.EnumerateFiles(Folder(), $"{kind}-*.hex").Select(path => Path.GetFileNameWithoutExtension(path)!)
            .OrderBy(name => int.Parse(name.AsSpan(kind.Length + 1), System.Globalization.CultureInfo.InvariantCulture)),
    ];

    public static byte[] Read(string name) => Convert.FromHexString(File.ReadAllText(Path.Combine(Folder(), name + ".hex")).Trim());

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
