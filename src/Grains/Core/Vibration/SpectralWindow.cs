namespace Millwright.Core.Vibration;

/// <summary>What a block is multiplied with before its spectrum is taken.</summary>
public enum SpectralWindow
{
    /// <summary>Periodic Hann, 0.5 − 0.5·cos(2πn/N): a line between two bins leaks little further than these. The default.</summary>
    Hann = 0,

    /// <summary>None: right for a signal that is periodic in the block (an order-tracked revolution).</summary>
    Rectangular = 1,
}
