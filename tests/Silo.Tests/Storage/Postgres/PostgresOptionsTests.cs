using Millwright.Silo.Storage.Postgres;

namespace Millwright.Silo.Tests.Storage.Postgres;

public sealed class PostgresOptionsTests
{
    [Fact]
    public void Defaults_WithAHost_AreFine() => Assert.Empty(PostgresOptionsCheck.Faults(new() { ConnectionString = "Host=db" }));

    [Theory]
    [InlineData("")]
    [InlineData("Username=x")]
    [InlineData("Host=db;s3cret=1")]
    [InlineData("Host=db;Port=s3cret")]
    [InlineData("Host=db;Password=a;s3cret")]
    public void Connection_ThatCannotBeUsed_IsAFault_WhichQuotesNothing(string text)
    {
        string fault = Assert.Single(PostgresOptionsCheck.Faults(new() { ConnectionString = text }));

        Assert.StartsWith("storage.postgres.connection:", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("a\"; DROP")]
    [InlineData("1st")]
    public void Schema_IsAPlainName(string schema) => Assert.StartsWith(
        "storage.postgres.schema:", Assert.Single(PostgresOptionsCheck.Faults(new() { ConnectionString = "Host=db", Schema = schema })),
        StringComparison.Ordinal);

    [Fact]
    public void EachRange_IsChecked()
    {
        var zero = TimeSpan.Zero;
        PostgresOptions[] faulty =
        [
            new() { MaxConnections = 11 }, new() { MaxConnections = 1_001 }, new() { CommandTimeout = zero }, new() { ConnectTimeout = zero },
            new() { StartWait = TimeSpan.FromHours(1) }, new() { MaxRetries = -1 }, new() { MaxCommit = 0 }, new() { MaxQueuedWrites = 0 },
            new() { ScrubInterval = zero }, new() { ScrubPause = TimeSpan.FromHours(1) }, new() { MaxBytes = 1 },
        ];

        Assert.All(faulty, options =>
        {
            options.ConnectionString = "Host=db";
            Assert.StartsWith(
                "storage.postgres.range:", Assert.Single(PostgresOptionsCheck.Faults(options)), StringComparison.Ordinal);
        });
    }
}
