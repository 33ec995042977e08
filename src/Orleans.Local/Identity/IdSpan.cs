namespace Orleans.Runtime;

/// <summary>A key, compared ordinally. Orleans keeps UTF-8 bytes; here a string is kept, since nothing leaves the process.</summary>
public readonly struct IdSpan : IEquatable<IdSpan>, IComparable<IdSpan>
{
    private readonly string? value;
    private readonly int hash;

    private IdSpan(string value)
    {
        this.value = value;
        hash = StableHash.Of(value);
    }

    public bool IsDefault => value is null;

    public static bool operator ==(IdSpan left, IdSpan right) => left.Equals(right);

    public static bool operator !=(IdSpan left, IdSpan right) => !left.Equals(right);

    public static bool operator <(IdSpan left, IdSpan right) => left.CompareTo(right) < 0;

    public static bool operator <=(IdSpan left, IdSpan right) => left.CompareTo(right) <= 0;

    public static bool operator >(IdSpan left, IdSpan right) => left.CompareTo(right) > 0;

    public static bool operator >=(IdSpan left, IdSpan right) => left.CompareTo(right) >= 0;

    public static IdSpan Create(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return new IdSpan(id);
    }

    public bool Equals(IdSpan other) => hash == other.hash && string.Equals(value, other.value, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is IdSpan other && Equals(other);

    public override int GetHashCode() => hash;

    public int CompareTo(IdSpan other) => string.CompareOrdinal(value, other.value);

    public override string ToString() => value ?? string.Empty;
}
