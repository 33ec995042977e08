namespace Millwright.Silo.Storage.Postgres;

/// <summary>The PostgreSQL server that the silos of a cluster share.</summary>
public sealed class PostgresOptions
{
    public const string Section = "Storage:Postgres";

    /// <summary>
    /// Npgsql's form, e.g. <c>Host=db;Username=millwright;Database=millwright</c>. A password is better given in the environment
    /// (<c>PGPASSWORD</c>) or in a file (<c>Passfile=…</c>); it is never logged. No default.
    /// </summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// Schema of the tables; made when it is not there. 1 to 63 of a-z, 0-9 and _, no digit first. Default <c>millwright</c>.
    /// </summary>
    public string Schema { get; set; } = "millwright";

    /// <summary>Connections of one silo, 12 to 1,000; the server must allow that many per silo. Default 16.</summary>
    public int MaxConnections { get; set; } = 16;

    /// <summary>How long one command may take, 1 s to 10 min. Default 15 s.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may take to be made, 1 s to 1 min. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a starting silo waits for a server that is not up yet, 0 to 10 min. Default 30 s.</summary>
    public TimeSpan StartWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often what failed for want of a connection is tried again before the caller hears of it, 0 to 20, with pauses that grow from 0.1
    /// s. Default 4.
    /// </summary>
    public int MaxRetries { get; set; } = 4;

    /// <summary>Writes that wait for a commit, 1 to 100,000; at the bound callers wait. Default 4,096.</summary>
    public int MaxQueuedWrites { get; set; } = 4_096;

    /// <summary>Checkpoints, or alerts, in one transaction, 1 to 1,000. Default 64.</summary>
    public int MaxCommit { get; set; } = 64;

    /// <summary>
    /// Time from the end of one pass of the scrubber, which reads and checks every row, to the begin of the next; one silo of the cluster
    /// does it. 1 min to 365 days; default 24 h.
    /// </summary>
    public TimeSpan ScrubInterval { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Pause of the scrubber after each asset, 0 to 1 min; default 50 ms.</summary>
    public TimeSpan ScrubPause { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Bytes of all tables; from 80 % on health is degraded, at the bound unhealthy. 1 MiB to 2^60; default 1 TiB.</summary>
    public long MaxBytes { get; set; } = 1L << 40;
}
