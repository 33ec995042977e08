namespace Millwright.Silo.Storage.Schema;

/// <summary>
/// Quarantine keyed by log, position and index, in the order of arrival, with a checksum over each row. Rows of the version before have no log
/// and no checksum: -1.
/// </summary>
internal static class QuarantineByLogStep
{
    public const string Sql =
        """
        CREATE TABLE quarantined (ordinal INTEGER PRIMARY KEY AUTOINCREMENT, log TEXT NOT NULL, position INTEGER NOT NULL,
            item INTEGER NOT NULL, ingested INTEGER NOT NULL, source TEXT NOT NULL, topic TEXT NOT NULL, reason TEXT NOT NULL,
            detail TEXT NOT NULL, length INTEGER NOT NULL, payload BLOB NOT NULL, crc INTEGER NOT NULL, stored INTEGER NOT NULL,
            UNIQUE (log, position, item));
        INSERT INTO quarantined (log, position, item, ingested, source, topic, reason, detail, length, payload, crc, stored)
            SELECT '', position, 0, ingested, source, topic, reason, detail, length, payload, -1, ingested FROM quarantine
            ORDER BY position;
        DROP TABLE quarantine;
        CREATE INDEX quarantined_by_reason ON quarantined (reason, ordinal);
        CREATE INDEX quarantined_by_position ON quarantined (position);
        CREATE INDEX quarantined_by_stored ON quarantined (stored);
        """;
}
