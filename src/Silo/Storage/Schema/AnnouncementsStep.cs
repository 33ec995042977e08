namespace Millwright.Silo.Storage.Schema;

/// <summary>How far each receiver of alerts was told.</summary>
internal static class AnnouncementsStep
{
    public const string Sql = "";
}
