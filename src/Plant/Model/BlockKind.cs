namespace Millwright.Plant;

/// <summary>What a block of values is.</summary>
public enum BlockKind
{
    /// <summary>A fast signal in time: RMS, peak, crest, kurtosis, bands of the spectrum and of the envelope's.</summary>
    Vibration = 0,

    /// <summary>Torque over an angle: peak, where and how steep, and what there is outside of it.</summary>
    Curve = 1,
}
