using Millwright.Silo.Tests.Storage.Suites;
using Millwright.Testing.Postgres;

namespace Millwright.Silo.Tests.Storage.Postgres;

/// <summary>Skipped in one line where there is no server, except in CI.</summary>
public sealed class NeedsPostgresAttribute : StoreNeedAttribute
{
    public override string? Missing => PostgresServer.Missing;
}
