namespace Millwright.Plant.Loading;

/// <summary>Finds what the writer probably meant.</summary>
internal static class Suggestion
{
    private const int MaxCandidates = 2_000;

    public static string For(string written, IEnumerable<string> known, string otherwise = "")
    {
        string best = "";
        int bestDistance = Math.Max(2, written.Length / 3) + 1;
        foreach (string candidate in known.Take(MaxCandidates))
        {
            int distance = Distance(written, candidate, bestDistance);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best.Length > 0 ? $"Did you mean '{best}'?" : otherwise;
    }

    public static string Choices(IEnumerable<string> known) =>
        $"Possible: {string.Join(", ", known.Order(StringComparer.Ordinal).Take(30))}.";

    // Levenshtein, case-insensitive; a name longer than its bound cannot win, so it is not computed.
    private static int Distance(string a, string b, int bound)
    {
        if (a.Length > 64 || Math.Abs(a.Length - b.Length) >= bound)
        {
            return bound;
        }

        int[] row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                int next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost);
                (diagonal, row[j]) = (row[j], next);
            }
        }

        return row[b.Length];
    }
}
