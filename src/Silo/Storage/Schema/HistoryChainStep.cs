namespace Millwright.Silo.Storage.Schema;

/// <summary>
/// Sequence and hash of history blocks, and a sum over every row. Rows that were damaged before are given no sum that would whitewash them.
/// Blocks from before the chain are numbered downwards from 0 and carry no hash.
/// </summary>
internal static class HistoryChainStep
{
    public const string Sql =
        """
        ALTER TABLE twin ADD COLUMN crc INTEGER NOT NULL DEFAULT 0;
        UPDATE twin SET crc = rowsum('twin', id, asset, epoch, saved);
        UPDATE snapshot SET crc = CASE WHEN bytesum(data, epoch) = crc
            THEN rowsum('snapshot ' || (SELECT asset FROM twin WHERE id = snapshot.twin), twin, slot, epoch, data) ELSE -1 END;
        ALTER TABLE history RENAME TO history_unchained;
        CREATE TABLE history (twin INTEGER NOT NULL, sequence INTEGER NOT NULL, metric TEXT NOT NULL, first INTEGER NOT NULL,
            last INTEGER NOT NULL, count INTEGER NOT NULL, epoch INTEGER NOT NULL, stored INTEGER NOT NULL, hash BLOB NOT NULL,
            data BLOB NOT NULL, crc INTEGER NOT NULL, PRIMARY KEY (twin, sequence)) WITHOUT ROWID;
        INSERT INTO history SELECT twin, row_number() OVER earlier - count(*) OVER (PARTITION BY twin),
            metric, first, last, count, epoch, first, x'', data, CASE WHEN bytesum(data, 0) = crc THEN 0 ELSE -1 END
            FROM history_unchained WINDOW earlier AS (PARTITION BY twin ORDER BY epoch, metric, first);
        UPDATE history SET crc = rowsum('history ' || (SELECT asset FROM twin WHERE id = history.twin),
            twin, sequence, metric, first, last, count, epoch, stored, hash, data) WHERE crc = 0;
        DROP TABLE history_unchained;
        CREATE INDEX history_by_time ON history (twin, metric, last, first);
        CREATE TABLE history_anchor (twin INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, hash BLOB NOT NULL, crc INTEGER NOT NULL);
        ALTER TABLE window ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE window ADD COLUMN stored INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE window ADD COLUMN crc INTEGER NOT NULL DEFAULT 0;
        UPDATE window SET stored = "end";
        UPDATE window SET crc = rowsum('window ' || (SELECT asset FROM twin WHERE id = window.twin),
            twin, metric, kind, size, start, "end", revision, closed, count, sum, minimum, maximum, mean, deviation, first, last,
            completeness, length, epoch, stored);
        CREATE TABLE hour (twin INTEGER NOT NULL, metric TEXT NOT NULL, start INTEGER NOT NULL, count INTEGER NOT NULL,
            minimum REAL, maximum REAL, mean REAL, deviation REAL, last REAL, completeness REAL, stored INTEGER NOT NULL,
            crc INTEGER NOT NULL, PRIMARY KEY (twin, metric, start)) WITHOUT ROWID;
        CREATE INDEX hour_by_start ON hour (start, twin, metric);
        ALTER TABLE alert ADD COLUMN crc INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE alert ADD COLUMN stored INTEGER NOT NULL DEFAULT 0;
        UPDATE alert SET stored = time;
        UPDATE alert SET crc = rowsum('alert', id, asset, incident, detector, audiences, kind, time, json, stored);
        ALTER TABLE grain_state ADD COLUMN crc INTEGER NOT NULL DEFAULT 0;
        UPDATE grain_state SET crc = rowsum('state', name, grain, key, ordinal, json);
        INSERT INTO counter VALUES ('sync', 0);
        """;
}
