namespace Millwright.Silo.Storage.Schema;

/// <summary>
/// What was known when: alert events are found by the alert they speak of, and a window that is issued again leaves its earlier revisions.
/// Rows that were damaged before are given no sum that would whitewash them.
/// </summary>
internal static class RevisionsStep
{
    public const string Sql =
        """
        ALTER TABLE alert ADD COLUMN claim TEXT NOT NULL DEFAULT '';
        UPDATE alert SET claim = alertclaim(json),
            crc = CASE WHEN rowsum('alert', id, asset, incident, detector, audiences, kind, time, json, stored) = crc
            THEN rowsum('alert', id, asset, incident, detector, audiences, kind, time, json, stored, alertclaim(json)) ELSE -1 END;
        CREATE INDEX alert_by_claim ON alert (claim, ordinal);
        CREATE TABLE window_past (twin INTEGER NOT NULL, metric TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL,
            start INTEGER NOT NULL, "end" INTEGER NOT NULL, revision INTEGER NOT NULL, closed INTEGER NOT NULL, count INTEGER NOT NULL,
            sum REAL, minimum REAL, maximum REAL, mean REAL, deviation REAL, first REAL, last REAL, completeness REAL,
            length INTEGER NOT NULL, epoch INTEGER NOT NULL, stored INTEGER NOT NULL, crc INTEGER NOT NULL, detail TEXT,
            PRIMARY KEY (twin, metric, kind, size, start, revision)) WITHOUT ROWID;
        CREATE INDEX window_past_by_start ON window_past (twin, start);
        """;
}
