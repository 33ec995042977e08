using Millwright.Testing.Postgres;

namespace Millwright.Spine.Tests.Stage;

/// <summary>Skipped in one line where there is no PostgreSQL server, except in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}
