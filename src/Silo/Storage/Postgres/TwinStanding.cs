namespace Millwright.Silo.Storage.Postgres;

/// <summary>A twin's row as a write finds it.</summary>
internal sealed record TwinStanding(long Id, long Epoch, long Sum, long Token, bool IsWhole);
