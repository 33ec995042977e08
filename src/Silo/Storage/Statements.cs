namespace Millwright.Silo.Storage;

/// <summary>
/// Statements of one connection to an SQL store, by their text. For one thread at a time. Parameters are <c>$1</c>, <c>$2</c> … What the
/// two databases say differently is asked for here, so that everything else about rows is written once.
/// </summary>
internal abstract class Statements : IDisposable
{
    /// <summary>Reads the table and not an index of it, where the two may differ.</summary>
    public abstract string NotIndexed { get; }

    /// <summary>Whether an index can be read apart from its table, as a second witness of what the table should hold.</summary>
    public abstract bool HasWitness { get; }

    public abstract int Execute(string sql, params ReadOnlySpan<object?> values);

    /// <summary>A bounded number of rows: they may be read into memory at once.</summary>
    public abstract StoreRows Query(string sql, params ReadOnlySpan<object?> values);

    /// <summary>Any number of rows, of which the caller may leave the rest: they are read as they are asked for.</summary>
    public abstract StoreRows Scan(string sql, params ReadOnlySpan<object?> values);

    /// <summary>First column of the first row; null when there is none.</summary>
    public abstract object? Scalar(string sql, params ReadOnlySpan<object?> values);

    /// <summary>The next number of a counter; no number comes twice, whatever becomes of this transaction.</summary>
    public abstract long Next(string counter);

    /// <summary>Until the end of the transaction nobody else writes this twin.</summary>
    public abstract void LockTwin(string assetId);

    /// <summary>The text as this database can keep it; sums are over that.</summary>
    public abstract string Storable(string text);

    public abstract string ByIndex(string index);

    public abstract void Dispose();
}
