namespace Millwright.Silo.Storage.Schema;

/// <summary>
/// Operators' verdicts by alert, and how many alerts each version of a detector has told: counted with each alert, because counting them
/// when asked would read every alert ever told.
/// </summary>
internal static class VerdictsStep
{
    public const string Sql =
        """
        CREATE TABLE verdict (alert TEXT PRIMARY KEY, asset TEXT NOT NULL, detector TEXT NOT NULL, kind TEXT NOT NULL,
            version TEXT NOT NULL, verdict INTEGER NOT NULL, operator TEXT NOT NULL, comment TEXT NOT NULL, judged INTEGER NOT NULL,
            own INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX verdict_asset ON verdict (asset, judged);
        CREATE INDEX verdict_detector ON verdict (detector, kind, version, asset);
        CREATE TABLE detector_tally (detector TEXT NOT NULL, kind TEXT NOT NULL, version TEXT NOT NULL, asset TEXT NOT NULL,
            raised INTEGER NOT NULL, retracted INTEGER NOT NULL, PRIMARY KEY (detector, kind, version, asset)) WITHOUT ROWID;
        CREATE INDEX detector_tally_asset ON detector_tally (asset);
        INSERT INTO detector_tally (detector, kind, version, asset, raised, retracted)
            SELECT coalesce(json_extract(CAST(json AS TEXT), '$.Explanation.DetectorId'), ''), detector,
                coalesce(json_extract(CAST(json AS TEXT), '$.Explanation.DetectorVersion'), ''), asset, sum(kind = 0), sum(kind = 3)
            FROM alert WHERE json_valid(CAST(json AS TEXT)) AND kind IN (0, 3) GROUP BY 1, 2, 3, 4;
        """;
}
