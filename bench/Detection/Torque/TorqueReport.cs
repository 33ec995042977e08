namespace Millwright.Bench.Detection.Torque;

/// <summary>One-class judgement of curves, three ways. Null for a way that the files do not allow.</summary>
/// <param name="Online">
/// As the quality grain does it: everything in the order in which it was made, good and bad mixed, no labels, each judged before it may
/// teach.
/// </param>
/// <param name="Shuffled">The same in the order of the hashed names: another plant's luck.</param>
/// <param name="CrossValidated">
/// Five folds by hashed name: taught by the normal records of four, judged on the normal ones of the fifth and on all faults.
/// </param>
/// <param name="HeldOut">
/// Taught by the normal records of the files without "test" in their name, judged on all records of those with it.
/// </param>
internal sealed record TorqueReport(
    int Records, int Faults, TorqueFigures? Online, TorqueFigures? Shuffled, TorqueFigures? CrossValidated, TorqueFigures? HeldOut);
