namespace Millwright.Silo.Storage;

/// <summary>Which database holds what a plant's silos share.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// <c>sqlite</c>: one file beside the log, for one silo. <c>postgres</c>: a server that all silos of a cluster share; MQTT sessions
    /// and the log's cursors stay with each silo. Default <c>sqlite</c>.
    /// </summary>
    public string Provider { get; set; } = Sqlite;

    public const string Sqlite = "sqlite";
    public const string Postgres = "postgres";
}
