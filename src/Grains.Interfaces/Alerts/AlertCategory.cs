namespace Millwright.Alerts;

/// <summary>What is wrong; alerts of one asset and category that touch in time have one cause, and become one incident.</summary>
public enum AlertCategory
{
    /// <summary>The asset itself: wear, leak, overload.</summary>
    Machine = 0,

    /// <summary>The measurement: a dead, stuck or silent sensor. A sensor's fault is not a machine's fault.</summary>
    Instrument = 1,

    /// <summary>A step on a unit outside its limits.</summary>
    Process = 2,

    /// <summary>Energy wasted.</summary>
    Energy = 3,
}
