using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Grains.Alerts;

namespace Millwright.Silo.Storage.Postgres;

/// <summary>Alert events of a cluster, in one order that no reader can see holes in.</summary>
public sealed class PostgresAlertStore : IAlertStore, IDisposable
{
    private readonly PostgresDatabase database;
    private readonly GroupCommit<PendingAlert, bool> group;

    public PostgresAlertStore(PostgresDatabase database)
    {
        this.database = database;

        // One at a time: their transactions would only wait for each other.
        group = new GroupCommit<PendingAlert, bool>(1, database.Options, alerts => AlertCommit.RunAsync(database, alerts));
    }

    public ValueTask<bool> AppendAsync(AlertEvent alert, CancellationToken cancellationToken) =>
        group.WriteAsync(new PendingAlert(alert, AlertRows.Values(alert)), cancellationToken);

    public ValueTask<ImmutableArray<StoredAlert>> QueryAsync(AlertQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(statements => AlertRows.Read(statements, query), cancellationToken);

    public void Dispose() => group.Dispose();
}
