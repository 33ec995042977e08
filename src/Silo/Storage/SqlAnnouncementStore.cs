using System.Collections.Immutable;
using Millwright.Silo.Announcing;

namespace Millwright.Silo.Storage;

public sealed class SqlAnnouncementStore(StoreDatabase database) : IAnnouncementStore
{
    /// <summary>Kept per receiver: the newest.</summary>
    private const int MaxRefused = 10_000;

    public ValueTask<long> BeginAsync(string receiver, CancellationToken cancellationToken) => database.WriteAsync(
        statements =>
        {
            statements.Execute(
                """
                INSERT INTO announcement (receiver, ordinal) VALUES ($1, (SELECT coalesce(max(ordinal), 0) FROM alert))
                ON CONFLICT (receiver) DO NOTHING
                """,
                receiver);
            return (long)statements.Scalar("SELECT ordinal FROM announcement WHERE receiver = $1", receiver)!;
        },
        cancellationToken);

    public async ValueTask MoveAsync(string receiver, long ordinal, CancellationToken cancellationToken) => await database.WriteAsync(
        statements => statements.Execute("UPDATE announcement SET ordinal = $2 WHERE receiver = $1 AND ordinal < $2", receiver, ordinal),
        cancellationToken);

    public ValueTask<long> CountAfterAsync(long ordinal, CancellationToken cancellationToken) => database.ReadAsync(
        statements => (long)statements.Scalar("SELECT count(*) FROM alert WHERE ordinal > $1", ordinal)!, cancellationToken);

    public async ValueTask SyncAsync(CancellationToken cancellationToken) => await database.SyncCommitsAsync().WaitAsync(cancellationToken);

    public async ValueTask RefuseAsync(RefusedAlert alert, CancellationToken cancellationToken) => await database.WriteAsync(
        statements =>
        {
            int added = statements.Execute(
            """
            INSERT INTO announcement_refused (receiver, ordinal, alert, reason, refused) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (receiver, ordinal) DO NOTHING
            """,
            alert.Receiver,
            alert.Ordinal,
            alert.AlertId,
            alert.Reason,
            alert.Refused.UtcTicks);
            statements.Execute(
                """
                DELETE FROM announcement_refused WHERE receiver = $1 AND ordinal <=
                    (SELECT ordinal FROM announcement_refused WHERE receiver = $1 ORDER BY ordinal DESC LIMIT 1 OFFSET $2)
                """,
                alert.Receiver,
                MaxRefused);
            return added;
        },
        cancellationToken);

    public ValueTask<ImmutableArray<RefusedAlert>> RefusedAsync(string receiver, CancellationToken cancellationToken) => database.ReadAsync(
        statements =>
        {
            using StoreRows rows = statements.Query(
                """
                SELECT ordinal, alert, reason, refused FROM announcement_refused WHERE receiver = $1 ORDER BY ordinal DESC LIMIT 1000
                """,
                receiver);
            ImmutableArray<RefusedAlert>.Builder refused = ImmutableArray.CreateBuilder<RefusedAlert>();
            while (rows.Read())
            {
                refused.Add(new RefusedAlert(
                    receiver, rows.GetInt64(0), rows.GetString(1), rows.GetString(2), new DateTimeOffset(rows.GetInt64(3), TimeSpan.Zero)));
            }

            return refused.DrainToImmutable();
        },
        cancellationToken);
}
