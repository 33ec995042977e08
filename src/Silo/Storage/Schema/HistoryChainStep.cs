namespace Millwright.Silo.Storage.Schema;

/// <summary>Sequence and hash of history blocks.</summary>
internal static class HistoryChainStep
{
    public const string Sql = "";
}
