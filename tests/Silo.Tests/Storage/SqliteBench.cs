using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Millwright.Silo.Storage;
using Millwright.Testing.Time;

namespace Millwright.Silo.Tests.Storage;

/// <summary>A database in a directory of its own.</summary>
internal sealed class SqliteBench : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("millwright-store-").FullName;

    public SqliteBench() => Database = Open();

    public string Path => System.IO.Path.Combine(directory, "sub", "millwright.db");

    public SqliteDatabase Database { get; private set; }

    public SqliteTwinStore Twins => new(Database, new PlainDecoder(), new ManualTimeProvider(), NullLogger<SqliteTwinStore>.Instance);

    public SqliteDatabase Open() => SqliteDatabase.Open(new SqliteOptions { Path = Path }, NullLogger<SqliteDatabase>.Instance);

    public void Reopen()
    {
        Database.Dispose();
        Database = Open();
    }

    /// <summary>Does something to the file behind the store's back.</summary>
    public void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        Database.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
