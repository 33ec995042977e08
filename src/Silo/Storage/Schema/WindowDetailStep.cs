namespace Millwright.Silo.Storage.Schema;

/// <summary>
/// What windows have beyond the default aggregates. Most have nothing: their rows stay as they are, and their sums too.
/// </summary>
internal static class WindowDetailStep
{
    public const string Sql = "ALTER TABLE window ADD COLUMN detail TEXT;";
}
