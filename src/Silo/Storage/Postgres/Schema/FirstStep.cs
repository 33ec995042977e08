namespace Millwright.Silo.Storage.Postgres.Schema;

/// <summary>
/// The tables of the first version: those of the SQLite store, column by column, so that both are read by the same code. Texts compare by
/// their bytes (<c>"C"</c>), as they do there. <c>token</c> names the write that made a row, so that a silo whose commit was not answered
/// can ask whether it was made; it is in no sum.
/// </summary>
internal static class FirstStep
{
    public const string Sql =
        """
        CREATE SEQUENCE writer;
        CREATE SEQUENCE twin_id;
        CREATE SEQUENCE counter_grain_state;
        CREATE TABLE counter (name text COLLATE "C" PRIMARY KEY, value bigint NOT NULL) WITH (fillfactor = 10);
        INSERT INTO counter VALUES ('alert', 0);

        CREATE TABLE twin (id bigint PRIMARY KEY, asset text COLLATE "C" NOT NULL UNIQUE, epoch bigint NOT NULL, saved bigint NOT NULL,
            crc bigint NOT NULL, token bigint NOT NULL) WITH (fillfactor = 50);
        CREATE TABLE snapshot (twin bigint NOT NULL, slot bigint NOT NULL, epoch bigint NOT NULL, data bytea NOT NULL, crc bigint NOT NULL,
            PRIMARY KEY (twin, slot)) WITH (fillfactor = 50);
        ALTER TABLE snapshot ALTER COLUMN data SET STORAGE EXTERNAL;
        CREATE TABLE damaged (twin bigint NOT NULL, epoch bigint NOT NULL, crc bigint NOT NULL, data bytea NOT NULL, found bigint NOT NULL,
            PRIMARY KEY (twin, epoch));
        CREATE TABLE history (twin bigint NOT NULL, sequence bigint NOT NULL, metric text COLLATE "C" NOT NULL, first bigint NOT NULL,
            last bigint NOT NULL, count bigint NOT NULL, epoch bigint NOT NULL, stored bigint NOT NULL, hash bytea NOT NULL,
            data bytea NOT NULL, crc bigint NOT NULL, PRIMARY KEY (twin, sequence));
        ALTER TABLE history ALTER COLUMN data SET STORAGE EXTERNAL;
        CREATE INDEX history_by_time ON history (twin, metric, last, first);
        CREATE TABLE history_anchor (twin bigint PRIMARY KEY, sequence bigint NOT NULL, hash bytea NOT NULL, crc bigint NOT NULL);
        CREATE TABLE "window" (twin bigint NOT NULL, metric text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, size bigint NOT NULL,
            start bigint NOT NULL, "end" bigint NOT NULL, revision bigint NOT NULL, closed bigint NOT NULL, count bigint NOT NULL,
            sum double precision, minimum double precision, maximum double precision, mean double precision, deviation double precision,
            first double precision, last double precision, completeness double precision, length bigint NOT NULL, epoch bigint NOT NULL,
            stored bigint NOT NULL, crc bigint NOT NULL, detail text COLLATE "C", PRIMARY KEY (twin, metric, kind, size, start));
        CREATE INDEX window_by_start ON "window" (twin, start);
        CREATE TABLE window_past (LIKE "window", PRIMARY KEY (twin, metric, kind, size, start, revision));
        CREATE INDEX window_past_by_start ON window_past (twin, start);
        CREATE TABLE hour (twin bigint NOT NULL, metric text COLLATE "C" NOT NULL, start bigint NOT NULL, count bigint NOT NULL,
            minimum double precision, maximum double precision, mean double precision, deviation double precision, last double precision,
            completeness double precision, stored bigint NOT NULL, crc bigint NOT NULL, PRIMARY KEY (twin, metric, start));
        CREATE INDEX hour_by_start ON hour (start, twin, metric);

        CREATE TABLE alert (ordinal bigint PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, asset text COLLATE "C" NOT NULL,
            incident text COLLATE "C" NOT NULL, detector text COLLATE "C" NOT NULL, audiences bigint NOT NULL, kind bigint NOT NULL,
            "time" bigint NOT NULL, json bytea NOT NULL, stored bigint NOT NULL, claim text COLLATE "C" NOT NULL, crc bigint NOT NULL,
            token bigint NOT NULL);
        CREATE INDEX alert_by_asset ON alert (asset, ordinal);
        CREATE INDEX alert_by_incident ON alert (incident, ordinal);
        CREATE INDEX alert_by_claim ON alert (claim, ordinal);
        CREATE TABLE verdict (alert text COLLATE "C" PRIMARY KEY, asset text COLLATE "C" NOT NULL, detector text COLLATE "C" NOT NULL,
            kind text COLLATE "C" NOT NULL, version text COLLATE "C" NOT NULL, verdict bigint NOT NULL, operator text COLLATE "C" NOT NULL,
            comment text COLLATE "C" NOT NULL, judged bigint NOT NULL, own bigint NOT NULL);
        CREATE INDEX verdict_asset ON verdict (asset, judged);
        CREATE INDEX verdict_detector ON verdict (detector, kind, version, asset);
        CREATE TABLE detector_tally (detector text COLLATE "C" NOT NULL, kind text COLLATE "C" NOT NULL, version text COLLATE "C" NOT NULL,
            asset text COLLATE "C" NOT NULL, raised bigint NOT NULL, retracted bigint NOT NULL,
            PRIMARY KEY (detector, kind, version, asset)) WITH (fillfactor = 50);
        CREATE INDEX detector_tally_asset ON detector_tally (asset);
        CREATE TABLE announcement (receiver text COLLATE "C" PRIMARY KEY, ordinal bigint NOT NULL) WITH (fillfactor = 50);
        CREATE TABLE announcement_refused (receiver text COLLATE "C" NOT NULL, ordinal bigint NOT NULL, alert text COLLATE "C" NOT NULL,
            reason text COLLATE "C" NOT NULL, refused bigint NOT NULL, PRIMARY KEY (receiver, ordinal));

        CREATE TABLE quarantined (ordinal bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, log text COLLATE "C" NOT NULL,
            position bigint NOT NULL, item bigint NOT NULL, ingested bigint NOT NULL, source text COLLATE "C" NOT NULL,
            topic text COLLATE "C" NOT NULL, reason text COLLATE "C" NOT NULL, detail text COLLATE "C" NOT NULL, length bigint NOT NULL,
            payload bytea NOT NULL, crc bigint NOT NULL, stored bigint NOT NULL, UNIQUE (log, position, item));
        CREATE INDEX quarantined_by_reason ON quarantined (reason, ordinal);
        CREATE INDEX quarantined_by_position ON quarantined (position);
        CREATE INDEX quarantined_by_stored ON quarantined (stored);
        CREATE TABLE grain_state (name text COLLATE "C" NOT NULL, grain text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL,
            ordinal bigint NOT NULL, json bytea NOT NULL, crc bigint NOT NULL, PRIMARY KEY (name, grain));
        CREATE UNIQUE INDEX grain_state_by_ordinal ON grain_state (name, ordinal);
        """;
}
