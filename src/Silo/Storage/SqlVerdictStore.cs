using System.Collections.Immutable;
using System.Text;
using Millwright.Alerts;
using Millwright.Core.Alerting;
using Millwright.Grains.Alerts;

namespace Millwright.Silo.Storage;

public sealed class SqlVerdictStore(StoreDatabase database) : IVerdictStore
{
    private const int MaxLimit = 1_000;
    private const int MaxVerdicts = 10_000;

    public async ValueTask JudgeAsync(ImmutableArray<StoredVerdict> verdicts, CancellationToken cancellationToken)
    {
        // Nobody is asked twice for a verdict, so it is as durable as an alert before the operator is thanked.
        await database.WriteDurablyAsync(
            statements =>
            {
                foreach (StoredVerdict verdict in verdicts)
                {
                    Write(statements, verdict);
                }

                return verdicts.Length;
            },
            cancellationToken);
    }

    public ValueTask<ImmutableArray<StoredVerdict>> GetVerdictsAsync(string assetId, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            statements =>
            {
                using StoreRows rows = statements.Query(
                    "SELECT alert, detector, kind, version, verdict, operator, comment, judged, own FROM verdict WHERE asset = $1 "
                    + "ORDER BY judged DESC, alert LIMIT $2",
                    assetId,
                    Math.Clamp(limit, 0, MaxVerdicts));
                ImmutableArray<StoredVerdict>.Builder found = ImmutableArray.CreateBuilder<StoredVerdict>();
                while (rows.Read())
                {
                    found.Add(new StoredVerdict
                    {
                        AlertId = rows.GetString(0),
                        AssetId = assetId,
                        DetectorId = rows.GetString(1),
                        DetectorKind = rows.GetString(2),
                        DetectorVersion = rows.GetString(3),
                        Verdict = (Verdict)rows.GetInt64(4),
                        Operator = rows.GetString(5),
                        Comment = rows.GetString(6),
                        JudgedAt = new DateTimeOffset(rows.GetInt64(7), TimeSpan.Zero),
                        IsOwn = rows.GetInt64(8) != 0,
                    });
                }

                return found.DrainToImmutable();
            },
            cancellationToken);

    public ValueTask<ImmutableArray<DetectorTally>> GetTalliesAsync(TallyQuery query, CancellationToken cancellationToken) =>
        database.ReadAsync(statements => Read(statements, query), cancellationToken);

    /// <summary>In the transaction that writes the alert, so that the two cannot disagree.</summary>
    internal static void Count(Statements statements, AlertEvent alert)
    {
        if (alert.Kind is AlertKind.Raised or AlertKind.Retracted)
        {
            statements.Execute(
                "INSERT INTO detector_tally (detector, kind, version, asset, raised, retracted) VALUES ($1, $2, $3, $4, $5, $6) "
                + "ON CONFLICT (detector, kind, version, asset) DO UPDATE SET raised = detector_tally.raised + $5, "
                + "retracted = detector_tally.retracted + $6",
                alert.Explanation.DetectorId,
                alert.Explanation.DetectorKind,
                alert.Explanation.DetectorVersion,
                alert.AssetId,
                alert.Kind == AlertKind.Raised ? 1L : 0L,
                alert.Kind == AlertKind.Retracted ? 1L : 0L);
        }
    }

    private static void Write(Statements statements, StoredVerdict verdict) => statements.Execute(
        "INSERT INTO verdict (alert, asset, detector, kind, version, verdict, operator, comment, judged, own) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (alert) DO UPDATE SET verdict = $6, operator = $7, comment = $8, "
        + "judged = $9, own = $10 WHERE (verdict.own = 0 OR $10 = 1) AND (verdict.verdict <> $6 OR verdict.operator <> $7 "
        + "OR verdict.comment <> $8 OR verdict.own <> $10)",
        verdict.AlertId,
        verdict.AssetId,
        verdict.DetectorId,
        verdict.DetectorKind,
        verdict.DetectorVersion,
        (long)verdict.Verdict,
        statements.Storable(verdict.Operator),
        statements.Storable(verdict.Comment),
        verdict.JudgedAt.UtcTicks,
        verdict.IsOwn ? 1L : 0L);

    private static ImmutableArray<DetectorTally> Read(Statements statements, TallyQuery query)
    {
        // Of verdicts on alerts that were told before tallies were kept there may be no tally: then there is no row to show them in.
        var sql = new StringBuilder(
            "SELECT t.detector, t.kind, t.version, count(*), CAST(sum(t.raised) AS bigint), CAST(sum(t.retracted) AS bigint), "
            + "CAST(sum(v.t) AS bigint), CAST(sum(v.n) AS bigint), CAST(sum(v.u) AS bigint) "
            + "FROM detector_tally t LEFT JOIN (SELECT detector, kind, version, asset, "
            + "sum(CASE verdict WHEN 0 THEN 1 ELSE 0 END) AS t, sum(CASE verdict WHEN 1 THEN 1 ELSE 0 END) AS n, "
            + "sum(CASE verdict WHEN 2 THEN 1 ELSE 0 END) AS u FROM verdict GROUP BY detector, kind, version, asset) v "
            + "ON v.detector = t.detector AND v.kind = t.kind AND v.version = t.version AND v.asset = t.asset WHERE 1 = 1");
        List<object?> values = [];
        if (query.AssetId is { } asset)
        {
            values.Add(asset);
            sql.Append(" AND t.asset = $1");
        }

        if (query.After is { } after)
        {
            int at = values.Count;
            values.AddRange([after.Id, after.Kind, after.Version]);
            sql.Append($" AND (t.detector, t.kind, t.version) > (${at + 1}, ${at + 2}, ${at + 3})");
        }

        values.Add(Math.Clamp(query.Limit, 0, MaxLimit));
        sql.Append($" GROUP BY t.detector, t.kind, t.version ORDER BY t.detector, t.kind, t.version LIMIT ${values.Count}");
        using StoreRows rows = statements.Query(sql.ToString(), [.. values]);
        ImmutableArray<DetectorTally>.Builder found = ImmutableArray.CreateBuilder<DetectorTally>();
        while (rows.Read())
        {
            found.Add(new DetectorTally(
                rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetInt64(3), rows.GetInt64(4), rows.GetInt64(5),
                new Precision(Number(6), Number(7), Number(8))));
        }

        return found.DrainToImmutable();

        long Number(int column) => rows.IsDBNull(column) ? 0 : rows.GetInt64(column);
    }
}
