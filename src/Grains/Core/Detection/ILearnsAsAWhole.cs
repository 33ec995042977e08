namespace Millwright.Core.Detection;

/// <summary>
/// A detector that learns what is normal, of all its metrics together: told to relearn (see <see cref="IRelearns"/>), what is open ends and
/// the detector is made anew.
/// </summary>
internal interface ILearnsAsAWhole : IEndsAnomalies;
