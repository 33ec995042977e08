namespace Millwright.Core.Alerting;

/// <summary>What an operator says of an alert, afterwards.</summary>
public enum Verdict
{
    /// <summary>It was right: someone had to know.</summary>
    True = 0,

    /// <summary>Nothing was wrong, or nobody needed to know.</summary>
    Nuisance = 1,

    /// <summary>It cannot be said.</summary>
    Unsure = 2,
}
