using System.Globalization;

namespace Millwright.Plant.Loading;

/// <summary>
/// Many equal assets in one entry: <c>asset-{0..499}</c>, <c>pump-{01..40}</c> (the lower bound's digits give the width).
/// <c>{n}</c> in the entry's texts becomes the number.
/// </summary>
internal readonly record struct NameRange(string Before, string After, int First, int Last, int Width)
{
    public static bool IsRange(string name) => name.Contains("..", StringComparison.Ordinal)
        && name.Contains('{', StringComparison.Ordinal);

    public int Count => Last - First + 1;

    public static bool TryParse(string name, out NameRange range)
    {
        range = default;
        int open = name.IndexOf('{', StringComparison.Ordinal);
        int close = name.IndexOf('}', StringComparison.Ordinal);
        if (open < 0 || close < open || name.IndexOf('{', open + 1) >= 0 || name.IndexOf('}', close + 1) >= 0)
        {
            return false;
        }

        string[] bounds = name[(open + 1)..close].Split("..");
        if (bounds.Length != 2
            || !int.TryParse(bounds[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !int.TryParse(bounds[1], NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            || last < first
            || last - first >= PlantLimits.MaxAssets)
        {
            return false;
        }

        range = new NameRange(name[..open], name[(close + 1)..], first, last, bounds[0].Length);
        return true;
    }

    public string Number(int n) => n.ToString(CultureInfo.InvariantCulture).PadLeft(Width, '0');

    public string Name(int n) => Before + Number(n) + After;
}
