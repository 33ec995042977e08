namespace Millwright.Plant.Loading;

/// <summary>Lays an owner's named entries over the inherited ones.</summary>
internal static class NamedEntries
{
    /// <summary>
    /// An entry of an inherited name changes what it says and keeps the rest; <c>off: true</c> removes it. New entries come first when
    /// <paramref name="newFirst"/>: where order is precedence, the special case must be asked before the general one.
    /// </summary>
    public static IReadOnlyList<T> Merge<T>(
        Section owner, string key, string kind, IReadOnlyList<T> inherited, EntryReader<T> reader, bool newFirst = false)
        where T : class
    {
        if (owner.Find(key) is null)
        {
            return inherited;
        }

        var merged = inherited.ToList();
        var added = new List<T>();
        foreach ((string name, YamlNode value, string path) in owner.Entries(key, reader.Limit))
        {
            int at = merged.FindIndex(e => reader.NameOf(e) == name);
            if (!IsName(name))
            {
                owner.Faults.Add(value, path, "plant.name.invalid", $"'{name}' is no name.",
                    $"1 to {PlantLimits.MaxName} printable characters.");
                continue;
            }

            var entry = new Section(reader.Expand(value), path, kind, owner.Faults);
            if (entry.Flag("off", false))
            {
                Remove(entry, name, at, merged, reader);
                continue;
            }

            T read = reader.Read(entry, name, at < 0 ? null : merged[at]);
            if (at < 0)
            {
                added.Add(read);
            }
            else
            {
                merged[at] = read;
            }
        }

        merged.InsertRange(newFirst ? 0 : merged.Count, added);
        if (merged.Count > reader.Limit)
        {
            owner.Fault("plant.limit", key, $"{merged.Count} entries with the inherited ones; at most {reader.Limit} are accepted.");
        }

        return merged;
    }

    public static bool IsName(string name) => name.Length is > 0 and <= PlantLimits.MaxName && !name.Any(char.IsControl);

    private static void Remove<T>(Section entry, string name, int at, List<T> merged, EntryReader<T> reader)
        where T : class
    {
        if (at >= 0)
        {
            merged.RemoveAt(at);
            return;
        }

        string advice = Suggestion.For(name, merged.Select(reader.NameOf), "Remove this entry.");
        entry.Fault("plant.reference.unknown", "off", $"There is no inherited '{name}' to switch off.", advice);
    }
}
