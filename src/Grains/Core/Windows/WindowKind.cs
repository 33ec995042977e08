namespace Millwright.Core.Windows;

/// <summary>The numbers are stored: new kinds go to the end.</summary>
public enum WindowKind
{
    Tumbling,
    Hopping,
    Session,

    /// <summary>Trailing size, judged at every sample.</summary>
    Sliding,

    /// <summary>The last N samples, judged at every sample or at every Nth.</summary>
    Count,

    /// <summary>From entering an operating state to leaving it.</summary>
    State,

    /// <summary>Tumbling, split by the operating state that held.</summary>
    TumblingByState,

    /// <summary>Hopping, split by the operating state that held.</summary>
    HoppingByState,
}
