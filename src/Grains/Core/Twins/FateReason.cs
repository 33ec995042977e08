namespace Millwright.Core.Twins;

/// <summary>Why a sample met its fate.</summary>
public enum FateReason
{
    OnTime,

    /// <summary>Late, but within the allowed lateness: amended.</summary>
    Late,

    /// <summary>Same metric and event time as a recent one.</summary>
    Duplicate,

    /// <summary>Later than the allowed lateness: dropped.</summary>
    TooLate,

    /// <summary>Stamped further ahead of its ingest time than clocks may differ.</summary>
    FutureTimestamp,

    /// <summary>NaN or infinite.</summary>
    NotFinite,

    /// <summary>A text for a numeric metric or the other way round.</summary>
    WrongType,

    /// <summary>The twin has its most metrics already.</summary>
    MetricLimit,

    /// <summary>A text for the reserved metric of priors that is none.</summary>
    InvalidPrior,
}
