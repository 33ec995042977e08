using System.Globalization;
using Millwright.Silo.Storage.Schema;

namespace Millwright.Silo.Storage;

/// <summary>
/// Tables, and the steps from one version of them to the next. A step that was released is never edited; the next one is added.
/// </summary>
internal static class SqliteSchema
{
    /// <summary>"MWRT": tells our files from other people's.</summary>
    public const long ApplicationId = 0x4D_57_52_54;

    private static readonly string[] Steps =
    [
        FirstStep.Sql,
        HistoryChainStep.Sql,
        MqttSessionsStep.Sql,
        QuarantineByLogStep.Sql,
        AnnouncementsStep.Sql,
        WindowDetailStep.Sql,
        RevisionsStep.Sql,
        VerdictsStep.Sql,
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
                "store.newer", $"The database has version {version}, this program knows {Version}. " +
                $"Start the newer program, or restore a backup.");
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
