namespace Millwright.Silo.Storage.Schema;

/// <summary>MQTT sessions and retained messages.</summary>
internal static class MqttSessionsStep
{
    /// <summary>
    /// <c>mqtt_damaged</c> keeps rows whose checksum was wrong, for whoever wants to look; <c>kind</c> is the table that they were in.
    /// </summary>
    public const string Sql =
        """
        CREATE TABLE mqtt_session (client TEXT PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE mqtt_retained (topic TEXT PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE mqtt_receipts (client TEXT PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE mqtt_position (id INTEGER PRIMARY KEY CHECK (id = 1), log TEXT NOT NULL, position INTEGER NOT NULL,
            crc INTEGER NOT NULL);
        CREATE TABLE mqtt_damaged (kind TEXT NOT NULL, key TEXT NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL, found INTEGER NOT NULL,
            PRIMARY KEY (kind, key)) WITHOUT ROWID;
        """;
}
