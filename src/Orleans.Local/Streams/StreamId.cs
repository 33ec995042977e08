namespace Orleans.Runtime;

/// <summary>What names a stream within its provider: a namespace and a key.</summary>
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>
{
    private readonly string? ns;
    private readonly string? key;

    private StreamId(string? ns, string key)
    {
        this.ns = ns;
        this.key = key;
    }

    public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

    public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);

    public static bool operator <(StreamId s1, StreamId s2) => s1.CompareTo(s2) < 0;

    public static bool operator <=(StreamId s1, StreamId s2) => s1.CompareTo(s2) <= 0;

    public static bool operator >(StreamId s1, StreamId s2) => s1.CompareTo(s2) > 0;

    public static bool operator >=(StreamId s1, StreamId s2) => s1.CompareTo(s2) >= 0;

    public static StreamId Create(string? ns, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new StreamId(string.IsNullOrEmpty(ns) ? null : ns, key);
    }

    public bool Equals(StreamId other) =>
        string.Equals(key, other.key, StringComparison.Ordinal) && string.Equals(ns, other.ns, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

    public override int GetHashCode() => unchecked((StableHash.Of(ns) * 31) + StableHash.Of(key));

    public int CompareTo(StreamId other)
    {
        int byNamespace = string.CompareOrdinal(ns, other.ns);
        return byNamespace != 0 ? byNamespace : string.CompareOrdinal(key, other.key);
    }

    public string GetKeyAsString() => key ?? string.Empty;

    public string? GetNamespace() => ns;

    public override string ToString() => $"{ns ?? "null"}/{key}";
}
