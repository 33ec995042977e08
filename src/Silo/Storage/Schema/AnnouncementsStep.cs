namespace Millwright.Silo.Storage.Schema;

/// <summary>How far each receiver of alerts was told, and what it would not take.</summary>
internal static class AnnouncementsStep
{
    public const string Sql =
        """
        CREATE TABLE announcement (receiver TEXT PRIMARY KEY, ordinal INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE announcement_refused (receiver TEXT NOT NULL, ordinal INTEGER NOT NULL, alert TEXT NOT NULL, reason TEXT NOT NULL,
            refused INTEGER NOT NULL, PRIMARY KEY (receiver, ordinal)) WITHOUT ROWID;
        """;
}
