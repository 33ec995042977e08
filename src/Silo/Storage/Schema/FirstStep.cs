namespace Millwright.Silo.Storage.Schema;

/// <summary>The tables of the first version.</summary>
internal static class FirstStep
{
    public const string Sql =
        """
        CREATE TABLE twin (id INTEGER PRIMARY KEY, asset TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL, saved INTEGER NOT NULL);
        CREATE TABLE snapshot (twin INTEGER NOT NULL, slot INTEGER NOT NULL, epoch INTEGER NOT NULL, crc INTEGER NOT NULL,
            data BLOB NOT NULL,
            PRIMARY KEY (twin, slot));
        CREATE TABLE damaged (twin INTEGER NOT NULL, epoch INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL,
            found INTEGER NOT NULL,
            PRIMARY KEY (twin, epoch));
        CREATE TABLE history (twin INTEGER NOT NULL, metric TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            count INTEGER NOT NULL,
            epoch INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (twin, metric, first)) WITHOUT ROWID;
        CREATE TABLE window (twin INTEGER NOT NULL, metric TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, start INTEGER NOT NULL,
            "end" INTEGER NOT NULL, revision INTEGER NOT NULL, closed INTEGER NOT NULL, count INTEGER NOT NULL, sum REAL, minimum REAL,
                maximum REAL,
            mean REAL, deviation REAL, first REAL, last REAL, completeness REAL, length INTEGER NOT NULL,
            PRIMARY KEY (twin, metric, kind, size, start)) WITHOUT ROWID;
        CREATE INDEX window_by_start ON window (twin, start);
        CREATE TABLE alert (ordinal INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, asset TEXT NOT NULL, incident TEXT NOT NULL,
            detector TEXT NOT NULL, audiences INTEGER NOT NULL, kind INTEGER NOT NULL, time INTEGER NOT NULL, json BLOB NOT NULL);
        CREATE INDEX alert_by_asset ON alert (asset, ordinal);
        CREATE INDEX alert_by_incident ON alert (incident, ordinal);
        CREATE TABLE quarantine (position INTEGER PRIMARY KEY, ingested INTEGER NOT NULL, source TEXT NOT NULL, topic TEXT NOT NULL,
            reason TEXT NOT NULL, detail TEXT NOT NULL, length INTEGER NOT NULL, payload BLOB NOT NULL);
        CREATE INDEX quarantine_by_reason ON quarantine (reason, position);
        CREATE TABLE grain_state (name TEXT NOT NULL, grain TEXT NOT NULL, key TEXT NOT NULL, ordinal INTEGER NOT NULL, json BLOB NOT NULL,
            PRIMARY KEY (name, grain)) WITHOUT ROWID;
        CREATE UNIQUE INDEX grain_state_by_ordinal ON grain_state (name, ordinal);
        CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO counter VALUES ('grain_state', 0);
        """;
}
