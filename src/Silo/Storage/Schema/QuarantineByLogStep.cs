namespace Millwright.Silo.Storage.Schema;

/// <summary>Quarantine keyed by log and position.</summary>
internal static class QuarantineByLogStep
{
    public const string Sql = "";
}
