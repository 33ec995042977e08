namespace Millwright.Core.Detection.Novelty;

/// <summary>In what a metric can be unlike all that was known of it.</summary>
internal enum NoveltyAspect
{
    /// <summary>The value itself.</summary>
    Value,

    /// <summary>The mean of the newest samples: a drift or a level that single values do not show.</summary>
    Level,

    /// <summary>Their standard deviation: restless, or strangely calm.</summary>
    Spread,

    /// <summary>The distance from what the hour of the day usually brings.</summary>
    Season,
}
