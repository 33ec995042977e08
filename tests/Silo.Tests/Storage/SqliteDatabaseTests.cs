using Microsoft.Data.Sqlite;
using Millwright.Silo.Storage;

namespace Millwright.Silo.Tests.Storage;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly SqliteBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void NewerFile_IsRefused()
    {
        bench.Database.Dispose();
        bench.Tamper("PRAGMA user_version = 999");

        Assert.Equal("store.newer", Assert.Throws<StoreException>(bench.Open).Code);
    }

    [Fact]
    public void ForeignFile_IsRefusedAndUntouched()
    {
        bench.Database.Dispose();
        File.Delete(bench.Path);
        bench.Tamper("CREATE TABLE theirs (x)");
        byte[] before = File.ReadAllBytes(bench.Path);

        Assert.Equal("store.foreign", Assert.Throws<StoreException>(bench.Open).Code);
        Assert.Equal(before.Length, File.ReadAllBytes(bench.Path).Length);
    }

    [Fact]
    public void Garbage_IsCorrupt()
    {
        bench.Database.Dispose();
        File.WriteAllBytes(bench.Path, [.. Enumerable.Repeat((byte)'x', 8_192)]);

        Assert.Equal("store.corrupt", Assert.Throws<StoreException>(bench.Open).Code);
    }

    [Fact]
    public async Task Writes_ShareACommit_AndAFailedOneIsUndoneAlone()
    {
        await bench.Database.WriteAsync(s => s.Execute("CREATE TABLE t (x INTEGER UNIQUE)"), default);
        Task<int>[] writes =
        [
            .. Enumerable.Range(0, 50).Select(i => bench.Database.WriteAsync(
                s =>
                {
                    s.Execute("INSERT INTO t VALUES ($1)", i);
                    return i % 10 == 0 ? throw new InvalidOperationException("no") : s.Execute("INSERT INTO t VALUES ($1)", i + 1_000);
                },
                default).AsTask()),
        ];

        await Task.WhenAll(writes.Select(write => write.ContinueWith(_ => { }, TaskScheduler.Default)));

        Assert.Equal(5, writes.Count(write => write.IsFaulted));
        Assert.Equal(90L, await bench.Database.ReadAsync(s => s.Scalar("SELECT count(*) FROM t"), default));
        await Assert.ThrowsAsync<SqliteException>(async () =>
            await bench.Database.WriteAsync(s => s.Execute("INSERT INTO t VALUES ($1)", 1), default));
    }
}
