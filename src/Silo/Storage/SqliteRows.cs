using Microsoft.Data.Sqlite;

namespace Millwright.Silo.Storage;

/// <summary>Reads on in the file with each row. A damaged cell is what SQLite makes of it.</summary>
internal sealed class SqliteRows(SqliteDataReader reader) : StoreRows
{
    public override bool Read() => reader.Read();

    public override object GetValue(int column) => reader.GetValue(column);

    public override long GetInt64(int column) => reader.GetInt64(column);

    public override double GetDouble(int column) => reader.GetDouble(column);

    public override string GetString(int column) => reader.GetString(column);

    public override void Dispose() => reader.Dispose();
}
