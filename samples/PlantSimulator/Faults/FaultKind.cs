namespace Millwright.Simulation.Faults;

public enum FaultKind
{
    /// <summary>Vibration, kurtosis and bearing temperature rise over minutes.</summary>
    BearingWear,

    /// <summary>A pump loses flow and head while vibration and pressure pulsation rise.</summary>
    Cavitation,

    /// <summary>Units leave the screwing station with too little torque at too large an angle.</summary>
    LooseJoint,

    /// <summary>Compressed air escapes: the flow rises with nobody using it, the compressor follows.</summary>
    AirLeak,

    /// <summary>A standby compressor runs unloaded.</summary>
    CompressorIdling,

    /// <summary>One sensor repeats its last value.</summary>
    DeadSensor,

    /// <summary>One asset stops publishing.</summary>
    SilentSensor,

    /// <summary>A gateway dies and every asset behind it falls silent.</summary>
    DeadGateway,
}
