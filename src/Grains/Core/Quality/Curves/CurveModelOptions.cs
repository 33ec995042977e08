namespace Millwright.Core.Quality.Curves;

/// <summary>How a <see cref="CurveModel"/> learns and judges. The defaults are meant to be kept.</summary>
public sealed record CurveModelOptions
{
    /// <summary>
    /// Score at and above which a curve is unlike the usual, 5 to 1,000; default 50: twice what one normal curve in a thousand would
    /// reach if features were Gaussian (χ² with 7 degrees), because those of real joints have longer tails. Below 24.3 it also limits
    /// what teaches.
    /// </summary>
    public double Threshold { get; init; } = 50;

    /// <summary>Curves before the first is judged, 8 to 1,000; default 20.</summary>
    public int WarmUp { get; init; } = 20;

    /// <summary>Changes with the definition; state of another version is not used. At most 128 characters.</summary>
    public string Version { get; init; } = "1";
}
