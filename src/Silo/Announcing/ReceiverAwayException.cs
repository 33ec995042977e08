namespace Millwright.Silo.Announcing;

/// <summary>The receiver cannot take the alert now.</summary>
/// <param name="message">What it said, or that it said nothing.</param>
/// <param name="retryAfter">The pause that it asked for.</param>
/// <param name="isOfThisAlert">The receiver answers, but does not want this one: after some tries it is set aside.</param>
public sealed class ReceiverAwayException(
    string message, Exception? cause = null, TimeSpan? retryAfter = null, bool isOfThisAlert = false) : Exception(message, cause)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;

    public bool IsOfThisAlert { get; } = isOfThisAlert;
}
