namespace Millwright.Core.Alerting;

/// <summary>What people were told of one alert by a book whose state is lost.</summary>
internal sealed class AdoptedAlert(ToldAlert told)
{
    public ToldAlert Told { get; } = told;

    /// <summary>When they were told last: the samples behind it had come by then.</summary>
    public DateTimeOffset ToldAt { get; set; }
}
