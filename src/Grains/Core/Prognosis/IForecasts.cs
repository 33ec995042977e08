namespace Millwright.Core.Prognosis;

/// <summary>A detector that sees where things lead, not only where they are.</summary>
internal interface IForecasts
{
    /// <summary>Null before it has judged anything.</summary>
    ComponentForecast? Forecast();
}
