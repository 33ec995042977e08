namespace Millwright.Core.Vibration;

/// <summary>Frequencies in hertz, half-open [Low, High), so that neighbouring bands share no line and their energies add up.</summary>
public readonly record struct FrequencyBand(double Low, double High)
{
    /// <summary>
    /// Whether line k of a block lies in the band; multiplied out, because k·rate/N rounds and an edge is often exactly a line.
    /// </summary>
    public bool Contains(int line, double rate, int length) => line * rate >= Low * length && line * rate < High * length;
}
