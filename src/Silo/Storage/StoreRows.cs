namespace Millwright.Silo.Storage;

/// <summary>Rows of an answer, one after the other. Numbers are <see cref="long"/> or <see cref="double"/>, bytes an array.</summary>
internal abstract class StoreRows : IDisposable
{
    /// <summary>As <see cref="GetValue"/>.</summary>
    public object this[int column] => GetValue(column);

    public abstract bool Read();

    /// <summary><see cref="DBNull"/> for none.</summary>
    public abstract object GetValue(int column);

    public abstract long GetInt64(int column);

    public abstract double GetDouble(int column);

    public abstract string GetString(int column);

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public bool IsDBNull(int column) => GetValue(column) is DBNull;

    public abstract void Dispose();
}
