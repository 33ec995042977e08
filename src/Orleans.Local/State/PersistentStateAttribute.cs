namespace Orleans.Runtime;

/// <summary>Asks, on a constructor parameter, for state by name from a storage by name.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute : Attribute
{
    public PersistentStateAttribute(string stateName, string? storageName = null)
    {
        ArgumentNullException.ThrowIfNull(stateName);
        StateName = stateName;
        StorageName = storageName;
    }

    public string StateName { get; }

    /// <summary>Null means the default storage.</summary>
    public string? StorageName { get; }
}
