using System.Collections.Immutable;

namespace Millwright.Core.Vibration;

/// <summary>What is derived from the blocks of one signal.</summary>
public sealed record VibrationProfile
{
    /// <summary>Bands of the spectrum, each giving the RMS in it.</summary>
    public ImmutableArray<FrequencyBand> Bands { get; init; } = [];

    /// <summary>Band of the resonance whose envelope is taken; null for no envelope.</summary>
    public FrequencyBand? Carrier { get; init; }

    /// <summary>Bands of the envelope's spectrum, each giving the RMS in it.</summary>
    public ImmutableArray<FrequencyBand> EnvelopeBands { get; init; } = [];

    /// <summary>RMS, peak, crest, kurtosis, then each band, then each envelope band.</summary>
    public int Count => 4 + Bands.Length + (Carrier is null ? 0 : EnvelopeBands.Length);
}
