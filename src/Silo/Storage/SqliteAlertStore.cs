using System.Collections.Immutable;
using Millwright.Alerts;
using Millwright.Grains.Alerts;

namespace Millwright.Silo.Storage;

public sealed class SqliteAlertStore(SqliteDatabase database) : IAlertStore
{
    public ValueTask<bool> AppendAsync(AlertEvent alert, CancellationToken cancellationToken)
    {
        object?[] values = AlertRows.Values(alert);
        return database.WriteDurablyAsync(
            statements =>
            {
                bool isNew = statements.Execute(
                    $"""
                    INSERT INTO alert ({AlertRows.Columns}, crc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                    ON CONFLICT (id) DO NOTHING
                    """,
                    values) > 0;
                if (isNew)
                {
                    SqlVerdictStore.Count(statements, alert);
                }

                return isNew;
            },
            cancellationToken);
    }

    public ValueTask<ImmutableArray<StoredAlert>> QueryAsync(AlertQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(statements => AlertRows.Read(statements, query), cancellationToken);
}
