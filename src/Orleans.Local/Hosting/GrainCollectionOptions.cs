namespace Orleans.Configuration;

/// <summary>Idle collection.</summary>
public class GrainCollectionOptions
{
    /// <summary>How often the collector looks. Default one minute.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a grain may go unused. Default 15 minutes.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The age by full class name, where it differs.</summary>
#pragma warning disable CA2227 // Orleans' own shape.
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];
#pragma warning restore CA2227

    /// <summary>When the token of OnActivateAsync is cancelled.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>When the token of OnDeactivateAsync is cancelled.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
