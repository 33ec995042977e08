using System.Globalization;

namespace Millwright.Silo.Storage;

/// <summary>
/// Tables, and the steps from one version of them to the next. A step that was released is never edited; the next one is added.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>"MWRT": tells our files from other people's.</summary>
    private const long ApplicationId = 0x4D_57_52_54;

    private static readonly string[] Steps =
    [
        """
        CREATE TABLE twin (id INTEGER PRIMARY KEY, asset TEXT NOT NULL UNIQUE, epoch INTEGER NOT NULL, saved INTEGER NOT NULL);
        CREATE TABLE snapshot (twin INTEGER NOT NULL, slot INTEGER NOT NULL, epoch INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (twin, slot));
        CREATE TABLE damaged (twin INTEGER NOT NULL, epoch INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL, found INTEGER NOT NULL,
            PRIMARY KEY (twin, epoch));
        CREATE TABLE history (twin INTEGER NOT NULL, metric TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL,
            epoch INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (twin, metric, first)) WITHOUT ROWID;
        CREATE TABLE window (twin INTEGER NOT NULL, metric TEXT NOT NULL, kind TEXT NOT NULL, size INTEGER NOT NULL, start INTEGER NOT NULL,
            "end" INTEGER NOT NULL, revision INTEGER NOT NULL, closed INTEGER NOT NULL, count INTEGER NOT NULL, sum REAL, minimum REAL, maximum REAL,
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
        """,
    ];

    public static int Version => Steps.Length;

    /// <summary>Brings the file to this version, each step in its own transaction.</summary>
    public static void Migrate(Statements statements)
    {
        long application = (long)statements.Scalar("PRAGMA application_id")!;
        long version = (long)statements.Scalar("PRAGMA user_version")!;
        long tables = (long)statements.Scalar("SELECT count(*) FROM sqlite_master")!;
        if (tables > 0 && application != ApplicationId)
        {
            throw new StoreException("store.foreign", "The database file was not made by Millwright. Name another path.");
        }

        if (version > Version)
        {
            throw new StoreException(
                "store.newer", $"The database has version {version}, this program knows {Version}. Start the newer program, or restore a backup.");
        }

        for (long step = version; step < Version; step++)
        {
            string change = Steps[step];
            string number = (step + 1).ToString(CultureInfo.InvariantCulture);
            string application32 = ApplicationId.ToString(CultureInfo.InvariantCulture);
            statements.Execute(
                $"BEGIN IMMEDIATE; {change} PRAGMA application_id = {application32}; PRAGMA user_version = {number}; COMMIT;");
        }
    }
}
