namespace Millwright.Silo.Storage;

/// <summary>A row that is not as it was written. Reported to health by the database, and <c>store.corrupt</c> to the caller.</summary>
internal sealed class DamagedRowException(StoreDamage damage) : Exception(damage.Detail)
{
    public StoreDamage Damage { get; } = damage;
}
